import { evaluate, evaluateCondition, evaluateInteger, unexpected } from '../evaluate.js';
import type { Execution } from '../execution.js';
import { IncidentError } from '../incident-error.js';
import type { JsonValue, Variables } from '../json.js';
import { ITERATION_LIMIT } from '../limits.js';
import { loopOf } from '../process-model.js';
import type { EvaluationContext, FlowNode, LoopOutput, MultiInstanceLoop } from '../process-model.js';
import type { LoopState } from '../state.js';
import { holderOf } from '../variables.js';
import { prepareCompletionThrows } from './completion-throws.js';
import { iterationVariables } from './iteration-variables.js';
import type { LoopBehavior } from './loop-behavior.js';
import { attributesOf, withCounters } from './loop-counters.js';

/**
 * BPMN 2.0.2 §13.3.7: an iteration for each item, all at once or one after the other; done when all have completed, or at once when there
 * are none. The collection is the one of the beginning: what changes it later adds and takes away nothing.
 */
export const multiInstance: LoopBehavior<MultiInstanceLoop> = {
  begin(execution, element, body, loop) {
    const items = loop.collection && itemsOf(execution, element, body, loop.collection);
    const total = items?.length ?? cardinalityOf(execution, element, body, loop);
    checkLimits(execution, element, loop, total);
    // A parallel iteration has its item from the start; it is kept where it may be looked at once more.
    const isKept = items !== undefined && (loop.isSequential || element.inputs.length > 0);
    execution.emit({ type: 'iterationsPlanned', key: body, total, ...(isKept && { items }) });
    const first = loop.isSequential ? Math.min(total, 1) : total;
    for (let iteration = 1; iteration <= first; iteration++) {
      execution.startIteration(
        element,
        body,
        iteration,
        iterationVariables(loop, iteration, items?.[iteration - 1]),
      );
    }
    if (total === 0) execution.complete(body);
  },
  prepareEnd(execution, key, loop, seen) {
    const { iteration = 1 } = execution.instance(key);
    const { elementId, loop: state, tokens = 0 } = execution.instance(execution.scopeOf(key));
    if (!state) throw new Error(`Expected the body of "${elementId}" around its iteration ${key}.`);
    const context = execution.context(key, seen);
    const output = loop.output && evaluate(loop.output.element, context);
    const found = output === undefined ? {} : { output };
    if (!loop.completionCondition && !loop.throws) return { isLast: false, ...found };
    const ended = { ...state, completed: state.completed + 1 };
    const active = tokens - 1;
    const after = withCounters(context, ended, active);
    const isLast =
      loop.completionCondition !== undefined &&
      evaluateCondition(
        loop.completionCondition,
        withCollection(after, loop.output, ended, iteration, output),
        `the completion condition of "${elementId}"`,
      );
    const throwEvents = prepareCompletionThrows(execution, loop, {
      body: execution.scopeOf(key),
      ended,
      carried: { ...attributesOf(ended, active), loopCounter: iteration },
      context: after,
    });
    return { isLast, ...found, ...(throwEvents && { throwEvents }) };
  },
  next(execution, element, body, loop, end) {
    const { total = 0, started = 0, items } = execution.instance(body).loop ?? {};
    if (end?.isLast || !loop.isSequential || started >= total) return false;
    execution.startIteration(
      element,
      body,
      started + 1,
      iterationVariables(loop, started + 1, items?.[started]),
    );
    return true;
  },
};

/** What the body gives when it is done: its output collection, to the scope that holds the variable. */
export function collectedOutput(
  execution: Execution,
  element: FlowNode,
  body: number,
): ReadonlyMap<number, Variables> {
  const loop = loopOf(element);
  const state = execution.instance(body).loop;
  if (loop?.kind !== 'multiInstance' || !loop.output || !state) return new Map();
  const { collection } = loop.output;
  const holder = holderOf(execution.state.elementInstances, execution.scopeOf(body), collection);
  return new Map([[holder, { [collection]: outputsOf(state) }]]);
}

/** As long as the list of items, null where an iteration has given nothing. */
function outputsOf({ total = 0, outputs = [] }: LoopState): JsonValue[] {
  return Array.from({ length: total }, (_, index) => outputs[index] ?? null);
}

/** The completion condition sees the output collection as it is so far. */
function withCollection(
  context: EvaluationContext,
  output: LoopOutput | undefined,
  state: LoopState,
  iteration: number,
  value: JsonValue | undefined,
): EvaluationContext {
  if (!output || value === undefined) return context;
  const collected = () => outputsOf(state).with(iteration - 1, value);
  return { ...context, get: (name) => (name === output.collection ? collected() : context.get(name)) };
}

function itemsOf(
  execution: Execution,
  element: FlowNode,
  body: number,
  collection: NonNullable<MultiInstanceLoop['collection']>,
): readonly JsonValue[] {
  const items = evaluate(collection, execution.context(body));
  if (Array.isArray(items)) return items as readonly JsonValue[];
  throw unexpected(`the collection of "${element.id}"`, 'a list', collection, items);
}

function cardinalityOf(
  execution: Execution,
  element: FlowNode,
  body: number,
  { cardinality }: MultiInstanceLoop,
): number {
  if (!cardinality) throw new Error(`Expected "${element.id}" to have a collection or a cardinality.`);
  const range = [0, Number.MAX_SAFE_INTEGER] as const;
  return evaluateInteger(cardinality, execution.context(body), `the cardinality of "${element.id}"`, range);
}

function checkLimits(
  execution: Execution,
  element: FlowNode,
  { isSequential }: MultiInstanceLoop,
  total: number,
): void {
  if (total > ITERATION_LIMIT) {
    throw new IncidentError(
      'iteration-limit-exceeded',
      `Expected "${element.id}" to be done at most ${ITERATION_LIMIT} times but its collection or cardinality says ${total}.`,
    );
  }
  if (isSequential || total <= execution.iterationsLeft) return;
  throw new IncidentError(
    'step-limit-exceeded',
    `Expected a command to start at most ${ITERATION_LIMIT} parallel iterations, of all activities together. Resolving goes on.`,
  );
}
