import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';

const linked = () =>
  bpmn('p')
    .startEvent('s')
    .exclusiveGateway('g')
    .when('=n = 1')
    .intermediateThrowEvent('from1', { link: 'L' })
    .at('g')
    .otherwise()
    .intermediateThrowEvent('from2', { link: 'L' })
    .at(undefined)
    .intermediateCatchEvent('to', { link: 'L' })
    .userTask('u')
    .endEvent('e');

describe('link events (BPMN 2.0.2 §10.5.5)', () => {
  for (const n of [1, 2]) {
    it(`go on at the target of the same name, from throw event ${n} of several`, async () => {
      const run = await runOf(linked(), { variables: { n } });
      assert.deepEqual(run.active(), ['u']);
      assert.deepEqual([run.completed(`from${n}`), run.completed('to')], [1, 1]);
      run.completeTask('u');
      assert.equal(run.state.status, 'completed');
    });
  }

  it('lead back, as a loop does', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .exclusiveGateway('m')
        .userTask('u')
        .exclusiveGateway('g')
        .when('=again')
        .intermediateThrowEvent('back', { link: 'again' })
        .at('g')
        .otherwise()
        .endEvent('e')
        .at(undefined)
        .intermediateCatchEvent('here', { link: 'again' })
        .connectTo('m'),
    );
    run.completeTask('u', { again: true });
    assert.deepEqual(run.active(), ['u']);
    run.completeTask('u', { again: false });
    assert.deepEqual([run.completed('here'), run.completed('e')], [1, 1]);
  });

  it('have names of their own in each scope', async () => {
    const run = await runOf(
      linked()
        .at('u')
        .subProcess('sub', (inner) =>
          inner
            .startEvent('is')
            .intermediateThrowEvent('innerFrom', { link: 'L' })
            .at(undefined)
            .intermediateCatchEvent('innerTo', { link: 'L' }),
        ),
      { variables: { n: 1 } },
    );
    run.completeTask('u');
    assert.deepEqual([run.completed('innerTo'), run.completed('to')], [1, 1]);
    assert.equal(run.state.status, 'completed');
  });

  it('take the token with them when their scope is interrupted', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess('sub', (inner) =>
          inner
            .startEvent('is')
            .intermediateThrowEvent('from', { link: 'L' })
            .at(undefined)
            .intermediateCatchEvent('to', { link: 'L' })
            .userTask('u'),
        )
        .endEvent('e')
        .boundaryEvent('b', { attachedTo: 'sub', signal: 'stop' })
        .endEvent('stopped'),
    );
    run.signal('stop');
    assert.deepEqual([run.canceled('u'), run.completed('e'), run.completed('stopped')], [1, 0, 1]);
    assert.equal(run.state.status, 'completed');
  });
});
