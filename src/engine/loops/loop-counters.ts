import type { JsonValue, Variables } from '../json.js';
import type { EvaluationContext } from '../process-model.js';
import type { ElementInstance, LoopState } from '../state.js';

/** How many of what there is, by the names of BPMN 2.0.2 (table 10.31) and, where they differ, of Camunda 7. */
const counters: Readonly<Record<string, (loop: LoopState, active: number) => number | undefined>> = {
  numberOfInstances: ({ started }) => started,
  numberOfActiveInstances: (_loop, active) => active,
  numberOfCompletedInstances: ({ completed }) => completed,
  numberOfTerminatedInstances: ({ terminated = 0 }) => terminated,
  nrOfInstances: ({ total }) => total,
  nrOfActiveInstances: (_loop, active) => active,
  nrOfCompletedInstances: ({ completed }) => completed,
};

/** The value of a counter at the body of a multi-instance activity; undefined for any other name or element instance. */
export function counterOf({ loop, tokens = 0 }: ElementInstance, name: string): JsonValue | undefined {
  if (loop?.kind !== 'multiInstance' || !Object.hasOwn(counters, name)) return undefined;
  return counters[name]?.(loop, tokens);
}

/** Those that BPMN names (table 10.30), with so many active iterations. */
export function attributesOf(loop: LoopState, active: number): Variables {
  const attributes: Record<string, JsonValue> = {};
  for (const [name, count] of Object.entries(counters)) {
    if (name.startsWith('numberOf')) attributes[name] = count(loop, active) ?? null;
  }
  return attributes;
}

/** A context that shows the counters as they will be, over everything else. */
export function withCounters(context: EvaluationContext, loop: LoopState, active: number): EvaluationContext {
  const get = (name: string) =>
    Object.hasOwn(counters, name) ? (counters[name]?.(loop, active) ?? null) : context.get(name);
  return { ...context, get };
}
