import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ElementInstance } from '../../src/console/answers.js';
import { marksOf } from '../../src/console/instance/marks.js';

let ids = 0;

function step(
  elementId: string,
  state: ElementInstance['state'],
  parentElementInstanceId?: string,
): ElementInstance {
  const elementInstanceId = `i${(ids += 1)}`;
  const parent = parentElementInstanceId === undefined ? {} : { parentElementInstanceId };
  return { elementInstanceId, elementId, elementType: 'task', state, startedAt: '', ...parent };
}

describe('marks on the diagram', () => {
  it('tell what is done, what waits and how often', () => {
    const steps = [step('a', 'completed'), step('b', 'active'), step('b', 'active'), step('b', 'completed')];
    assert.deepEqual(marksOf(steps, []), [
      { elementId: 'a', kind: 'passed', waiting: 0, incidents: 0 },
      { elementId: 'b', kind: 'waiting', waiting: 2, incidents: 0 },
    ]);
  });

  it('count an element with an incident once, and beside it those that only wait', () => {
    const troubled = step('a', 'active');
    const incident = { elementId: 'a', elementInstanceId: troubled.elementInstanceId };
    assert.deepEqual(marksOf([troubled, step('a', 'active')], [incident]), [
      { elementId: 'a', kind: 'incident', waiting: 1, incidents: 1 },
    ]);
  });

  it('tell a scope from what waits within it', () => {
    const scope = step('sub', 'active');
    const marks = marksOf([scope, step('task', 'active', scope.elementInstanceId)], []);
    assert.deepEqual(
      marks.map(({ elementId, kind, waiting }) => [elementId, kind, waiting]),
      [
        ['sub', 'holding', 0],
        ['task', 'waiting', 1],
      ],
    );
  });

  it('leave out what was canceled', () => {
    assert.deepEqual(marksOf([step('a', 'canceled')], []), []);
  });
});
