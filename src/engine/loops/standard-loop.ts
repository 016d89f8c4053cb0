import { evaluateCondition } from '../evaluate.js';
import type { Execution } from '../execution.js';
import type { Variables } from '../json.js';
import type { StandardLoop } from '../process-model.js';
import type { LoopBehavior } from './loop-behavior.js';

/**
 * BPMN 2.0.2 §13.3.6: goes on as long as the condition is true, looked at before or after each iteration, and no more often than the
 * maximum. The condition sees as `loopCounter` how many iterations there have been. One that is canceled by hand counts as one.
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
  prepareEnd(execution, key, loop, seen) {
    const { elementId, iteration = 1 } = execution.instance(key);
    return { isLast: !goesOn(execution, execution.scopeOf(key), { elementId, iteration, loop, seen }) };
  },
  next(execution, element, body, loop, end) {
    const { started = 0 } = execution.instance(body).loop ?? {};
    const isLast = end
      ? end.isLast
      : !goesOn(execution, body, { elementId: element.id, iteration: started, loop, seen: {} });
    if (isLast) return false;
    execution.startIteration(element, body, started + 1, { loopCounter: started + 1 });
    return true;
  },
};

function goesOn(
  execution: Execution,
  body: number,
  { elementId, iteration, loop: { condition, maximum = Infinity }, seen }: EndedIteration,
): boolean {
  if (iteration >= maximum) return false;
  const context = execution.context(body, { ...seen, loopCounter: iteration });
  return !condition || evaluateCondition(condition, context, `the loop condition of "${elementId}"`);
}

interface EndedIteration {
  readonly elementId: string;
  readonly iteration: number;
  readonly loop: StandardLoop;
  readonly seen: Variables;
}
