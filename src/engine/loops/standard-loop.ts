import { evaluateCondition } from '../evaluate.js';
import type { StandardLoop } from '../process-model.js';
import type { LoopBehavior } from './loop-behavior.js';

/**
 * BPMN 2.0.2 §13.3.6: goes on as long as the condition is true, looked at before or after each iteration, and no more often than the
 * maximum. The condition sees as `loopCounter` how many iterations there have been.
 */
export const standardLoop: LoopBehavior<StandardLoop> = {
  begin(execution, element, body, { testBefore, condition }) {
    const isEmpty =
      testBefore &&
      condition !== undefined &&
      !evaluateCondition(
        condition,
        execution.context(body, { loopCounter: 0 }),
        `the loop condition of "${element.id}"`,
      );
    if (isEmpty) execution.complete(body);
    else execution.startIteration(element, body, 1, { loopCounter: 1 });
  },
  prepareEnd(execution, key, { condition, maximum = Infinity }, seen) {
    const { elementId, iteration = 1 } = execution.instance(key);
    if (iteration >= maximum) return { isLast: true };
    const context = execution.context(execution.scopeOf(key), { ...seen, loopCounter: iteration });
    const goesOn =
      !condition || evaluateCondition(condition, context, `the loop condition of "${elementId}"`);
    return { isLast: !goesOn };
  },
  next(execution, element, body, _loop, end) {
    if (!end || end.isLast) return false;
    const iteration = (execution.instance(body).loop?.started ?? 0) + 1;
    execution.startIteration(element, body, iteration, { loopCounter: iteration });
    return true;
  },
};
