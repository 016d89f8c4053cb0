import type { ElementInstances } from './element-instances.js';
import type { ProcessEvent } from './event.js';
import type { StateDraft } from './evolve/state-draft.js';

/** What is directly inside of one scope. */
interface ScopeTokens {
  readonly keys: Set<number>;
  /** How many element instances there are of each element. */
  readonly places: Map<string, number>;
  /** By the element, the instances of joins and activities at which tokens wait for others, in order of activation. */
  readonly joins: Map<string, Set<number>>;
  /** By the element of an inclusive gateway, one at which a token was for which it had to wait. */
  readonly blockers: Map<string, string>;
}

type Index = Map<number, ScopeTokens>;

/** Of fewer open element instances an index is made faster than it is kept. */
const KEPT_FROM = 32;

/** The indexes of states that commands have led to; the next command takes the one of its state over and changes it. */
const kept = new WeakMap<ElementInstances, Index>();

/**
 * Where the tokens of an instance are, for the steps that need it: made on first use by one pass over the open element instances, kept up
 * with each event, and handed on to the next command on the state that comes of it, so that no step looks through them all. It is a
 * function of the state, in its answers and their order: a state that comes from somewhere else is just looked through again. Nothing
 * of it is stored.
 */
export class TokenIndex {
  private index: Index | undefined;

  constructor(private readonly state: StateDraft) {
    this.index = kept.get(state.elementInstances);
    if (this.index) kept.delete(state.elementInstances);
  }

  /** Leaves the index to the next command on the state as it is now, in which nothing may change any more. */
  handOn(): void {
    const { elementInstances } = this.state;
    if (this.index && elementInstances.size >= KEPT_FROM) kept.set(elementInstances, this.index);
  }

  /** Keys of the open element instances directly in a scope, in order. */
  in(scope: number): readonly number[] {
    // A sub-process that is opened again has its old key.
    return [...(this.scopes().get(scope)?.keys ?? [])].sort((a, b) => a - b);
  }

  /** Keys of an open element instance and of everything inside it, what contains others before those. */
  within(key: number): number[] {
    const found = [key];
    for (let next = 0; next < found.length; next++) {
      for (const inner of this.in(found[next] ?? key)) found.push(inner);
    }
    return found;
  }

  /** Ids of the elements that have open instances directly in a scope. */
  placesIn(scope: number): Iterable<string> {
    return this.scopes().get(scope)?.places.keys() ?? [];
  }

  hasTokenAt(scope: number, elementId: string): boolean {
    return this.scopes().get(scope)?.places.has(elementId) ?? false;
  }

  /** Keys of the instances of a join or activity in a scope at which tokens wait for others, in order of activation. */
  waitingAt(scope: number, elementId: string): Iterable<number> {
    return this.scopes().get(scope)?.joins.get(elementId) ?? [];
  }

  /** Ids of the joins and activities in a scope at which tokens wait for others. */
  joinsIn(scope: number): Iterable<string> {
    return this.scopes().get(scope)?.joins.keys() ?? [];
  }

  /** What was remembered with `rememberBlocker`: to be looked at first, as it may not be true any more. */
  blockerOf(scope: number, gatewayId: string): string | undefined {
    return this.scopes().get(scope)?.blockers.get(gatewayId);
  }

  rememberBlocker(scope: number, gatewayId: string, elementId: string): void {
    this.scopes().get(scope)?.blockers.set(gatewayId, elementId);
  }

  /** Keeps the index right; call it before the event is applied. */
  follow(event: ProcessEvent): void {
    if (!this.index) return;
    switch (event.type) {
      case 'elementActivated':
        add(this.index, event.key, event.scope, event.elementId, event.arriving ?? false);
        return;
      case 'tokensGathered': {
        const instance = this.state.elementInstances.get(event.key);
        if (instance?.scope !== undefined)
          noLongerWaits(this.index.get(instance.scope), event.key, instance.elementId);
        return;
      }
      case 'scopeReopened':
        add(this.index, event.key, event.scope, event.elementId, false);
        return;
      case 'scopeClosed':
      case 'elementCompleted':
      case 'elementCanceled': {
        const instance = this.state.elementInstances.get(event.key);
        if (instance?.scope !== undefined) remove(this.index, event.key, instance.scope, instance.elementId);
        return;
      }
      case 'processInstanceMigrated':
        // The elements are others now.
        this.index = undefined;
        return;
      default:
        return;
    }
  }

  private scopes(): Index {
    if (this.index) return this.index;
    const made: Index = new Map();
    for (const [key, { scope, elementId, arrived }] of this.state.elementInstances.entries()) {
      if (scope !== undefined) add(made, key, scope, elementId, arrived !== undefined);
    }
    this.index = made;
    return made;
  }
}

function add(index: Index, key: number, scope: number, elementId: string, isJoin: boolean): void {
  let tokens = index.get(scope);
  if (!tokens) index.set(scope, (tokens = emptyScope()));
  const { keys, places, joins } = tokens;
  keys.add(key);
  places.set(elementId, (places.get(elementId) ?? 0) + 1);
  if (!isJoin) return;
  const waiting = joins.get(elementId);
  if (waiting) waiting.add(key);
  else joins.set(elementId, new Set([key]));
}

function remove(index: Index, key: number, scope: number, elementId: string): void {
  const tokens = index.get(scope);
  if (!tokens) return;
  const { keys, places } = tokens;
  keys.delete(key);
  if (keys.size === 0) index.delete(scope);
  const left = (places.get(elementId) ?? 0) - 1;
  if (left > 0) places.set(elementId, left);
  else places.delete(elementId);
  noLongerWaits(tokens, key, elementId);
}

function noLongerWaits(tokens: ScopeTokens | undefined, key: number, elementId: string): void {
  const waiting = tokens?.joins.get(elementId);
  if (waiting?.delete(key) && waiting.size === 0) tokens?.joins.delete(elementId);
}

function emptyScope(): ScopeTokens {
  return { keys: new Set(), places: new Map(), joins: new Map(), blockers: new Map() };
}
