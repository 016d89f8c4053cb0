import type { JsonValue } from '../json.js';
import type { ElementInstance, LoopState, ProcessInstanceState } from '../state.js';

/** A state under construction: `apply` changes it in place, but never an element instance that it was given. */
export type StateDraft = { -readonly [K in keyof ProcessInstanceState]: ProcessInstanceState[K] };

/** Keys of the element instances that were made or copied for a draft: only these may be changed in place. */
export type OwnKeys = Set<number>;

export type Changing<T> = { -readonly [K in keyof T]: T[K] };

export function put(draft: StateDraft, key: number, made: ElementInstance): void {
  draft.elementInstances = draft.elementInstances.set(key, made);
}

export function instance(draft: StateDraft, key: number): ElementInstance {
  const found = draft.elementInstances.get(key);
  if (!found)
    throw new Error(`Expected an open element instance with key ${key} in ${draft.processInstanceId}.`);
  return found;
}

/** The element instance, to be changed in place: a copy the first time, since what a draft was given is shared. */
export function changing(draft: StateDraft, own: OwnKeys, key: number): Changing<ElementInstance> {
  const found = instance(draft, key);
  if (own.has(key)) return found;
  const copy = found.loop ? { ...found, loop: copyOf(found.loop) } : { ...found };
  put(draft, key, copy);
  own.add(key);
  return copy;
}

type ChangingLoop = Changing<Omit<LoopState, 'outputs'>> & { outputs?: JsonValue[] };

/** The progress of a body, to be changed in place: it is copied with its element instance. */
export function changingLoop(draft: StateDraft, own: OwnKeys, key: number): ChangingLoop {
  const { loop } = changing(draft, own, key);
  if (!loop) throw new Error(`Expected element instance ${key} to be the body of a loop.`);
  return loop as ChangingLoop;
}

function copyOf(loop: LoopState): LoopState {
  return loop.outputs ? { ...loop, outputs: [...loop.outputs] } : { ...loop };
}

export function countTokens(
  draft: StateDraft,
  own: OwnKeys,
  scope: number | undefined,
  change: number,
): void {
  if (scope === undefined || change === 0) return;
  // A scope that is being canceled goes after what is inside it; it never goes before.
  const found = changing(draft, own, scope);
  found.tokens = (found.tokens ?? 0) + change;
}
