import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { START_AT, runOf } from './process-run.js';
import { itWaits } from './wait-state.js';

describe('user task (BPMN 2.0.2 §13.3.3)', () => {
  itWaits({
    element: (scope) => scope.userTask('x'),
    occur: (run) => run.completeTask('x'),
    isActivity: true,
  });

  const model = bpmn('p')
    .startEvent('s')
    .userTask('x', {
      name: 'Look at it',
      assignee: '=who',
      candidateGroups: '=["a", "b"]',
      candidateUsers: 'ada, bob',
      dueDate: '=due',
      followUpDate: 'P1D',
      priority: '=70 + 1',
      formId: 'form-1',
      headers: { colour: 'red' },
    });

  it('creates a task with what the model says of it', async () => {
    const run = await runOf(model, { variables: { who: 'eve', due: '2026-02-01T00:00:00Z' } });
    assert.deepEqual(run.tasks(), [
      {
        userTaskKey: 3,
        elementInstanceKey: 2,
        elementId: 'x',
        name: 'Look at it',
        assignee: 'eve',
        candidateGroups: ['a', 'b'],
        candidateUsers: ['ada', 'bob'],
        dueAt: Date.UTC(2026, 1, 1),
        followUpAt: START_AT + 86_400_000,
        priority: 71,
        formId: 'form-1',
        headers: { colour: 'red' },
      },
    ]);
  });

  it('has priority 50 and no candidates when the model says nothing', async () => {
    const run = await runOf(bpmn('p').startEvent('s').userTask('x'));
    const [task] = run.tasks();
    assert.equal(task?.priority, 50);
    assert.deepEqual([task?.candidateGroups, task?.candidateUsers, task?.headers], [[], [], {}]);
    assert.ok(task && !('assignee' in task) && !('dueAt' in task) && !('name' in task));
  });

  it('takes an empty list as no candidates', async () => {
    const run = await runOf(bpmn('p').startEvent('s').userTask('x', { candidateGroups: '=[]' }));
    assert.deepEqual(run.tasks()[0]?.candidateGroups, []);
  });

  for (const field of ['candidateGroups', 'candidateUsers', 'assignee'] as const)
    it(`raises an incident for ${field} that give null; the variable mends it`, async () => {
      const run = await runOf(
        bpmn('p')
          .startEvent('s')
          .userTask('x', { [field]: '=who' }),
      );
      assert.deepEqual(run.incidents(), ['x: expression-failed']);
      assert.match(run.incidentRow('x').message, /of "x" \(=who\) to give .* null; is a variable missing\?$/);
      assert.deepEqual(run.tasks(), []);
      run.setVariables({ who: 'sales' });
      run.resolveIncident('x');
      const [task] = run.tasks();
      assert.deepEqual(task?.[field], field === 'assignee' ? 'sales' : ['sales']);
    });

  for (const [what, options, found] of [
    ['an assignee that is no text', { assignee: '=1' }, /assignee of "x".*non-empty string.*gave 1/],
    ['candidates that are no texts', { candidateUsers: '=[1]' }, /candidate users.*list of strings.*\[1\]/],
    ['a due date that is no date', { dueDate: '="soon"' }, /due date.*ISO 8601.*"soon"/],
    ['a due date beyond what a date can hold', { dueDate: '="P999999999Y"' }, /due date.*by \+275760-09-13/],
    ['a priority above 100', { priority: '=101' }, /priority.*0 to 100.*101/],
  ] as const) {
    it(`raises an incident for ${what}`, async () => {
      const run = await runOf(bpmn('p').startEvent('s').userTask('x', options));
      assert.deepEqual(run.incidents(), ['x: expression-failed']);
      assert.match(run.incidentRow('x').message, found);
      assert.deepEqual(run.tasks(), []);
    });
  }

  it('tells the end of the task apart: completed, or canceled', async () => {
    const two = bpmn('p')
      .startEvent('s')
      .task('t')
      .userTask('x')
      .at('t')
      .userTask('y')
      .endEvent('end', { terminate: true });
    const run = await runOf(two);
    run.completeTask('y');
    assert.deepEqual([...run.rows.userTaskOutcomes.values()].sort(), ['canceled', 'completed']);
  });

  it('refuses an error that nothing catches: the person is there to be told', async () => {
    const run = await runOf(bpmn('p').startEvent('s').userTask('x'));
    run.rejects(
      { type: 'throwUserTaskError', ...run.waitOfTask('x'), errorCode: '42', variables: {} },
      'invalid-state',
      /"42" but nothing catches it/,
    );
    run.completeTask('x');
    assert.equal(run.state.status, 'completed');
  });

  it('throws an error that its boundary event catches, with its variables (BPMN 2.0.2 §10.5.5)', async () => {
    const run = await runOf(
      bpmn('p')
        .startEvent('s')
        .userTask('x')
        .endEvent('e')
        .boundaryEvent('b', { attachedTo: 'x', error: '42' })
        .endEvent('caught'),
    );
    run.throwError('x', '42', { reason: 'stock' });
    assert.deepEqual([run.completed('caught'), run.canceled('x')], [1, 1]);
    assert.deepEqual(run.variables(), { reason: 'stock' });
  });
});
