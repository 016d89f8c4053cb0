import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withValueAt } from '../../src/engine/variables.js';
import { bpmn } from '../support/bpmn-builder.js';
import { runOf } from './process-run.js';

describe('input mappings (BPMN 2.0.2 §10.4.2)', () => {
  it('make local variables in order, each seeing those before it; nothing outside changes', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('x', {
          inputs: { a: '=n + 1', b: '=a * 10', n: '=100', c: '=n + 1', 'd.e.f': '=c', 'd.g': '=d.e.f' },
        }),
      { variables: { n: 1 } },
    );
    assert.deepEqual(run.localOf('x'), { a: 2, b: 20, n: 100, c: 101, d: { e: { f: 101 }, g: 101 } });
    assert.deepEqual(run.variables(), { n: 1 });
  });

  it('give null for what is missing, and do not write into a variable outside', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('x', { inputs: { 'o.a': '=missing' } }),
      {
        variables: { o: { b: 1 } },
      },
    );
    assert.deepEqual(run.localOf('x'), { o: { a: null } });
    assert.deepEqual(run.variables(), { o: { b: 1 } });
  });
});

describe('output mappings (BPMN 2.0.2 §10.4.2)', () => {
  it('let out only what they map, in order, into what is there', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('x', {
          outputs: {
            'order.total': '=sum',
            'order.twice': '=order.total * 2',
            'new.deep': '=order',
            text: '="over"',
          },
        }),
      { variables: { order: { id: 7 }, text: { was: 'object' } } },
    );
    run.completeTask('x', { sum: 5, junk: true });
    assert.deepEqual(run.variables(), {
      order: { id: 7, total: 5, twice: 10 },
      text: 'over',
      new: { deep: { id: 7, total: 5, twice: 10 } },
    });
  });

  it('put an object in the place of what is none', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('x', { outputs: { 'a.b': '=1', 'l.b': '=2', 'z.b': '=3' } }),
      {
        variables: { a: 'text', l: [1, 2], z: null },
      },
    );
    run.completeTask('x');
    assert.deepEqual(run.variables(), { a: { b: 1 }, l: { b: 2 }, z: { b: 3 } });
  });

  it('see the result before the local variables, and those before the ones outside', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('x', { inputs: { a: '="local"', b: '="local"' }, outputs: { got: '=[a, b, c]' } }),
      { variables: { a: 'outside', b: 'outside', c: 'outside' } },
    );
    run.completeTask('x', { a: 'result' });
    assert.deepEqual(run.variables().got, ['result', 'local', 'outside']);
  });

  it('write to the scope that holds the variable', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess(
          'sub',
          (inner) =>
            inner
              .startEvent('is')
              .userTask('x', { outputs: { held: '=1', outer: '=2' } })
              .userTask('y'),
          { inputs: { held: '=0' } },
        ),
      { variables: { outer: 0 } },
    );
    run.completeTask('x');
    assert.deepEqual(run.localOf('sub'), { held: 1 });
    assert.deepEqual(run.variables(), { outer: 2 });
  });
});

describe('result without output mappings', () => {
  it('goes to the scopes that hold its variables, the rest to the process instance', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess(
          'sub',
          (inner) =>
            inner
              .startEvent('is')
              .userTask('x', { inputs: { mine: '=0' } })
              .userTask('y'),
          {
            inputs: { held: '=0' },
          },
        ),
      { variables: { outer: 0 } },
    );
    run.completeTask('x', { mine: 1, held: 2, outer: 3, fresh: 4 });
    assert.deepEqual(run.localOf('sub'), { held: 2 });
    assert.deepEqual(run.variables(), { outer: 3, fresh: 4 });
  });

  it('decides the flow that is taken behind the element', async () => {
    const run = await runOf(
      bpmn('p').startEvent('s').userTask('x').when('=go').userTask('yes').at('x').otherwise().userTask('no'),
      { variables: { go: false } },
    );
    run.completeTask('x', { go: true });
    assert.deepEqual(run.active(), ['yes']);
  });

  it('does not decide it by what stays local', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('x', { inputs: { go: '=false' } })
        .when('=go')
        .userTask('yes')
        .at('x')
        .otherwise()
        .userTask('no'),
      { variables: { go: true } },
    );
    run.completeTask('x', { go: false });
    assert.deepEqual(run.active(), ['yes']);
  });
});

describe('variables set from outside', () => {
  it('go to the process instance, or to the element instance that is named', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .subProcess('sub', (inner) => inner.startEvent('is').userTask('x')),
      { variables: { a: 1 } },
    );
    run.setVariables({ a: 2, b: 2 });
    run.setVariables({ a: 3 }, 'sub');
    run.setVariables({ c: 4 }, 'x');
    assert.deepEqual(run.variables(), { a: 2, b: 2 });
    assert.deepEqual([run.localOf('sub'), run.localOf('x')], [{ a: 3 }, { c: 4 }]);
    assert.deepEqual(run.visibleAt('x'), { a: 3, b: 2, c: 4 });
    run.rejects({ type: 'setVariables', scopeKey: 99, variables: {} }, 'not-found', /instance 99 of pi/);
  });
});

describe('variables with the names of object properties', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '0'];
  const hostile = JSON.parse(
    `{${names.map((name) => `${JSON.stringify(name)}: {"polluted": true}`).join(',')}}`,
  );

  it('are data on their way through start, result, scopes and called processes', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('x')
        .userTask('y', { inputs: { local: '=1' } })
        .callActivity('call', {
          processId: 'q',
          propagateAllParentVariables: true,
          propagateAllChildVariables: true,
        })
        .userTask('z')
        .when('=true')
        .endEvent('e'),
      { variables: hostile },
    );
    assert.deepEqual(Object.keys(run.variables()).sort(), [...names].sort());
    run.completeTask('x', hostile);
    run.setVariables(hostile);
    run.setVariables(hostile, 'y');
    run.completeTask('y', hostile);
    const [call] = run.sent('startCalledInstance');
    assert.deepEqual(Object.keys(call?.variables ?? {}).sort(), [...names].sort());
    run.endCall('call', { kind: 'completed', variables: hostile });
    run.completeTask('z', hostile);
    assert.deepEqual(run.variables(), hostile);
    assert.equal(run.state.status, 'completed');
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  });

  it('are missing when nobody has set them', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('x', { inputs: { found: '=[constructor, toString, __proto__, hasOwnProperty]' } }),
    );
    assert.deepEqual(run.localOf('x'), { found: [null, null, null, null] });
  });

  it('can be written to by a path', () => {
    const written = withValueAt(
      withValueAt({}, ['__proto__', 'polluted'], 1),
      ['constructor', 'prototype'],
      2,
    );
    assert.equal(JSON.stringify(written), '{"__proto__":{"polluted":1},"constructor":{"prototype":2}}');
    assert.equal(({} as { polluted?: number }).polluted, undefined);
  });
});
