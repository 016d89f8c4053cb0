import type { JsonValue, Variables } from '../json.js';
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

/** All counters, with so many active iterations. */
export function countersOf(loop: LoopState, active: number): Variables {
  return Object.fromEntries(
    Object.entries(counters).map(([name, count]) => [name, count(loop, active) ?? null]),
  );
}
