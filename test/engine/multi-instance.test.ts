import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ITERATION_LIMIT, STEP_LIMIT } from '../../src/engine/limits.js';
import type { JsonValue, Variables } from '../../src/engine/json.js';
import { bpmn } from '../support/bpmn-builder.js';
import type { MultiInstanceOptions } from '../support/bpmn-loops.js';
import { multiInstance } from '../support/bpmn-loops.js';
import { InstanceAlone } from './alone.js';
import { openInstances } from './invariants.js';
import type { ProcessRun } from './process-run.js';
import { runOf } from './process-run.js';

const overItems = { collection: '=items', item: 'item' } as const;
const collecting = { ...overItems, outputCollection: 'results', output: '=result' } as const;

function tasks(options: MultiInstanceOptions) {
  return bpmn('p')
    .startEvent('s')
    .userTask('x', { content: multiInstance(options) })
    .endEvent('e');
}

function variable(run: ProcessRun, name: string): JsonValue | undefined {
  return run.state.elementInstances.get(0)?.variables?.[name];
}

/** Local variables of the iterations that are open, in order. */
function iterations(run: ProcessRun): readonly (Variables | undefined)[] {
  return openInstances(run.state).flatMap(([, { iteration, variables }]) =>
    iteration === undefined ? [] : [variables],
  );
}

const start = { variables: { items: ['a', 'b', 'c'] } };

describe('multi-instance activity (BPMN 2.0.2 §13.3.7)', () => {
  describe('parallel', () => {
    it('starts an iteration for each item, each with its own, and goes on once, when all have completed', async () => {
      const run = await runOf(tasks(overItems), start);
      assert.deepEqual(iterations(run), [
        { loopCounter: 1, item: 'a' },
        { loopCounter: 2, item: 'b' },
        { loopCounter: 3, item: 'c' },
      ]);
      run.completeTask('x', {}, 1);
      run.completeTask('x');
      assert.equal(run.completed('e'), 0);
      run.completeTask('x');
      assert.deepEqual([run.completed('x'), run.completed('e'), run.state.status], [3, 1, 'completed']);
      assert.equal(variable(run, 'item'), undefined);
      assert.equal(variable(run, 'loopCounter'), undefined);
    });

    it('collects what each gives in the order of the items, and none writes over another', async () => {
      const run = await runOf(tasks(collecting), start);
      run.completeTask('x', { result: 3 }, 2);
      run.completeTask('x', { result: { deep: 1 } }, 0);
      run.completeTask('x', { result: 2, other: 5 });
      assert.deepEqual(variable(run, 'results'), [{ deep: 1 }, 2, 3]);
      assert.equal(variable(run, 'result'), undefined);
      assert.equal(variable(run, 'other'), 5);
    });

    it('cancels the others when the completion condition holds; what they would have given is null', async () => {
      const run = await runOf(
        tasks({ ...collecting, completionCondition: '=numberOfCompletedInstances >= 2' }),
        start,
      );
      run.completeTask('x', { result: 2 }, 1);
      run.completeTask('x', { result: 1 });
      assert.deepEqual([run.completed('x'), run.canceled('x'), run.completed('e')], [2, 1, 1]);
      assert.deepEqual(variable(run, 'results'), [1, 2, null]);
      assert.equal(run.rows.size, 0);
    });

    it('has the number of iterations that a cardinality says', async () => {
      const run = await runOf(tasks({ cardinality: '=1 + 1' }));
      assert.deepEqual(iterations(run), [{ loopCounter: 1 }, { loopCounter: 2 }]);
    });

    it('passes several elements in each of many iterations, more steps than one command has otherwise', async () => {
      const model = bpmn('p')
        .startEvent('s')
        .subProcess('x', (inner) => inner.startEvent('is').task('t').endEvent('ie'), {
          content: multiInstance({ ...overItems, outputCollection: 'results', output: '=item' }),
        })
        .endEvent('e');
      const items = Array.from({ length: STEP_LIMIT / 5 }, (_, index) => index);
      const alone = await InstanceAlone.of(model, { items });
      assert.deepEqual([alone.state.status, alone.variable('results')], ['completed', items]);
    });

    it('starts no more than so many in one command; the rest is an incident, and goes on when resolved', async () => {
      const content = multiInstance({ cardinality: String(ITERATION_LIMIT) });
      const model = bpmn('p')
        .startEvent('s')
        .parallelGateway('g')
        .task('a', { content })
        .endEvent('ea')
        .at('g')
        .task('b', { content })
        .endEvent('eb');
      const alone = await InstanceAlone.of(model);
      assert.deepEqual(alone.incidents(), ['b: step-limit-exceeded']);
      alone.resolveIncidents();
      assert.equal(alone.state.status, 'completed');
    });
  });

  describe('sequential', () => {
    it('does one after the other, over the items as they were at the beginning', async () => {
      const run = await runOf(tasks({ ...collecting, sequential: true }), start);
      assert.deepEqual(iterations(run), [{ loopCounter: 1, item: 'a', result: null }]);
      run.setVariables({ items: [] });
      run.completeTask('x', { result: 1 });
      assert.deepEqual(iterations(run), [{ loopCounter: 2, item: 'b', result: null }]);
      run.completeTask('x', { result: 2 });
      assert.equal(run.completed('e'), 0);
      run.completeTask('x', { result: 3 });
      assert.deepEqual([variable(run, 'results'), run.state.status], [[1, 2, 3], 'completed']);
    });

    it('starts no further one when the completion condition holds', async () => {
      const run = await runOf(
        tasks({ ...collecting, sequential: true, completionCondition: '=result = "stop"' }),
        start,
      );
      run.completeTask('x', { result: 'go on' });
      run.completeTask('x', { result: 'stop' });
      assert.deepEqual([run.activated('x'), run.completed('e')], [2, 1]);
      assert.deepEqual(variable(run, 'results'), ['go on', 'stop', null]);
    });
  });

  for (const sequential of [false, true]) {
    describe(sequential ? 'as any, sequential' : 'as any, parallel', () => {
      const over = { ...overItems, sequential };

      it('completes at once when there is nothing to do, and collects an empty list', async () => {
        const run = await runOf(tasks({ ...collecting, sequential }), { variables: { items: [] } });
        assert.deepEqual([run.activated('x'), run.completed('e')], [0, 1]);
        assert.deepEqual(variable(run, 'results'), []);
      });

      it('is an incident while its collection is no list', async () => {
        const run = await runOf(tasks(over), { variables: { items: 'a, b' } });
        assert.deepEqual(run.incidents(), ['x: expression-failed']);
        run.setVariables({ items: ['a'] });
        run.resolveIncident('x');
        run.completeTask('x');
        assert.equal(run.state.status, 'completed');
      });

      it('goes on after a restart between two completions', async () => {
        const model = tasks({ ...collecting, sequential });
        const run = await runOf(model, start);
        for (const result of [1, 2, 3]) {
          await run.restart(model);
          run.completeTask('x', { result });
        }
        assert.deepEqual([variable(run, 'results'), run.state.status], [[1, 2, 3], 'completed']);
      });

      it('is interrupted as a whole by its boundary event', async () => {
        const model = tasks(over).boundaryEvent('b', { attachedTo: 'x', signal: 'stop' }).endEvent('stopped');
        const run = await runOf(model, start);
        run.completeTask('x');
        assert.equal(run.signal('stop'), 1);
        assert.deepEqual([run.completed('x'), run.completed('e'), run.completed('stopped')], [1, 0, 1]);
        assert.deepEqual([run.state.status, run.rows.size], ['completed', 0]);
      });

      it('lets a boundary event that does not interrupt occur again and again, once for the whole', async () => {
        const model = tasks(over)
          .boundaryEvent('b', { attachedTo: 'x', interrupting: false, signal: 'note' })
          .endEvent('noted');
        const run = await runOf(model, start);
        assert.equal(run.signal('note'), 1);
        run.completeTask('x');
        assert.equal(run.signal('note'), 1);
        run.completeTask('x');
        run.completeTask('x');
        assert.deepEqual([run.completed('noted'), run.completed('e')], [2, 1]);
        assert.equal(run.rows.size, 0);
      });

      it('is ended as a whole by an error of one iteration that its boundary event catches', async () => {
        const model = tasks(over).boundaryEvent('b', { attachedTo: 'x', error: '42' }).endEvent('caught');
        const run = await runOf(model, start);
        run.throwError('x', '42', { why: 'broken' });
        assert.deepEqual([run.completed('caught'), run.completed('e')], [1, 0]);
        assert.deepEqual([variable(run, 'why'), run.state.status, run.rows.size], ['broken', 'completed', 0]);
      });

      it('is canceled with its instance', async () => {
        const run = await runOf(tasks(over), start);
        run.cancel();
        assert.deepEqual([run.canceled('x'), run.rows.size], [sequential ? 1 : 3, 0]);
      });

      it('maps inputs and outputs for each iteration, also again after an incident', async () => {
        const model = bpmn('p')
          .startEvent('s')
          .serviceTask('x', {
            type: '=if ok then "work" else 1',
            inputs: { item: '=item + 1' },
            outputs: { last: '=loopCounter' },
            content: multiInstance({ ...over, outputCollection: 'results', output: '=item * last' }),
          })
          .endEvent('e');
        const run = await runOf(model, { variables: { items: [1, 2], ok: false } });
        run.setVariables({ ok: true });
        run.resolveIncident('x');
        if (!sequential) run.resolveIncident('x');
        run.completeJob('x');
        run.completeJob('x');
        assert.deepEqual([variable(run, 'results'), variable(run, 'last')], [[2, 6], 2]);
      });

      it('counts as the standard and Camunda 7 do', async () => {
        const names = [
          'numberOfInstances',
          'numberOfActiveInstances',
          'numberOfCompletedInstances',
          'numberOfTerminatedInstances',
          'nrOfInstances',
          'nrOfActiveInstances',
          'nrOfCompletedInstances',
        ];
        const seen = `=[${names.join(', ')}]`;
        const run = await runOf(tasks({ ...over, completionCondition: `${seen} = expected` }), start);
        run.completeTask('x', { expected: sequential ? [1, 0, 1, 0, 3, 0, 1] : [3, 2, 1, 0, 3, 2, 1] });
        assert.equal(run.completed('e'), 1);
      });
    });
  }

  it('shows the completion condition what has been collected so far', async () => {
    const run = await runOf(
      tasks({ ...collecting, completionCondition: '=count(results[item = "yes"]) = 2' }),
      start,
    );
    run.completeTask('x', { result: 'yes' });
    run.completeTask('x', { result: 'no' });
    assert.equal(run.completed('e'), 0);
    run.completeTask('x', { result: 'yes' });
    assert.equal(run.completed('e'), 1);
  });

  it('is an incident at the iteration while its completion condition says neither yes nor no', async () => {
    const run = await runOf(tasks({ ...overItems, completionCondition: '=enough' }), start);
    run.completeTask('x');
    assert.deepEqual(run.incidents(), ['x: expression-failed']);
    run.setVariables({ enough: true });
    run.resolveIncident('x');
    assert.deepEqual([run.completed('x'), run.canceled('x'), run.completed('e')], [1, 2, 1]);
  });

  it('nests: each iteration of the outer one has an inner one of its own', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .subProcess(
        'outer',
        (scope) =>
          scope.startEvent('is').userTask('x', {
            content: multiInstance({
              collection: '=row',
              item: 'cell',
              outputCollection: 'sums',
              output: '=cell + loopCounter',
            }),
          }),
        {
          content: multiInstance({
            collection: '=rows',
            item: 'row',
            outputCollection: 'all',
            output: '=sums',
          }),
        },
      )
      .endEvent('e');
    const run = await runOf(model, { variables: { rows: [[10], [20, 30]] } });
    for (let left = 3; left > 0; left--) run.completeTask('x');
    assert.deepEqual(variable(run, 'all'), [[11], [21, 32]]);
  });

  it('makes as many calls as there are items, and an error of one is caught at the whole', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .callActivity('x', {
        processId: 'q',
        propagateAllParentVariables: false,
        content: multiInstance(overItems),
      })
      .endEvent('e')
      .boundaryEvent('b', { attachedTo: 'x', error: true })
      .endEvent('caught');
    const run = await runOf(model, start);
    assert.deepEqual(
      [...run.rows.calls.values()].map(({ variables }) => variables),
      [
        { loopCounter: 1, item: 'a' },
        { loopCounter: 2, item: 'b' },
        { loopCounter: 3, item: 'c' },
      ],
    );
    run.endCall('x', { kind: 'completed', variables: {} });
    run.endCall('x', { kind: 'error', errorCode: '42', variables: {} });
    assert.deepEqual([run.completed('caught'), run.rows.size], [1, 0]);
  });
});
