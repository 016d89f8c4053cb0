import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';

describe('terminate end event (BPMN 2.0.2 §13.5.6)', () => {
  it('ends the instance with everything that waits in it', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .parallelGateway('fork')
        .userTask('a')
        .endEvent('end', { terminate: true })
        .at('fork')
        .subProcess('sub', (inner) => inner.startEvent('is').serviceTask('job', { type: 'work' }))
        .at('fork')
        .userTask('b')
        .parallelGateway('join')
        .at('fork')
        .connectTo('join'),
    );
    run.completeTask('a');
    assert.equal(run.state.status, 'terminated');
    assert.equal(run.state.errorCode, undefined);
    assert.equal(run.completed('end'), 1);
    for (const id of ['sub', 'job', 'b', 'join']) assert.equal(run.canceled(id), 1, id);
    assert.equal(run.rows.size, 0);
  });

  it('takes away the tokens that are under way in the same command', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .task('fork')
        .endEvent('end', { terminate: true })
        .at('fork')
        .userTask('late')
        .at('fork')
        .task('later')
        .userTask('last'),
    );
    assert.equal(run.state.status, 'terminated');
    assert.equal(run.activated('late'), 0);
    assert.equal(run.countOf('tokensDropped'), 1);
  });

  it('ends only its sub-process, tokens under way included; flow goes on behind it (BPMN 2.0.2 §13.3.4)', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .parallelGateway('both')
        .subProcess('sub', (inner) =>
          inner
            .startEvent('is')
            .task('fork')
            .userTask('u')
            .at('fork')
            .task('quick')
            .endEvent('end', { terminate: true })
            .at('fork')
            .task('t1')
            .task('t2')
            .userTask('late')
            .at('fork')
            .subProcess('deep', (deep) => deep.startEvent('ds').task('d1').task('d2').userTask('du')),
        )
        .userTask('after')
        .at('both')
        .userTask('out'),
    );
    assert.deepEqual(run.active(), ['after', 'out']);
    assert.deepEqual([run.canceled('u'), run.completed('end'), run.completed('sub')], [1, 1, 1]);
    assert.equal(run.activated('late'), 0);
  });

  it('two levels down leaves the middle level running', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess('outer', (outer) =>
          outer
            .startEvent('os')
            .task('fork')
            .userTask('mid')
            .at('fork')
            .subProcess('inner', (inner) =>
              inner
                .startEvent('is')
                .task('f2')
                .userTask('deep')
                .at('f2')
                .userTask('kill')
                .endEvent('end', { terminate: true }),
            ),
        )
        .endEvent('e'),
    );
    run.completeTask('kill');
    assert.deepEqual([run.active(), run.canceled('deep'), run.completed('inner')], [['mid'], 1, 1]);
    run.completeTask('mid');
    assert.equal(run.state.status, 'completed');
  });

  it('reached twice in one command ends its scope once', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess('sub', (inner) =>
          inner
            .startEvent('is')
            .task('fork')
            .endEvent('end', { terminate: true })
            .at('fork')
            .connectTo('end')
            .at('fork')
            .connectTo('end'),
        )
        .endEvent('e'),
    );
    assert.deepEqual([run.completed('end'), run.completed('sub'), run.completed('e')], [1, 1, 1]);
    assert.equal(run.state.status, 'completed');
  });
});
