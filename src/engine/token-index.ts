import type { ProcessEvent } from './event.js';
import type { StateDraft } from './evolve.js';

type Keys = Map<string, Set<number>>;

interface Index {
  readonly byScope: Keys;
  readonly byJoin: Keys;
  /** The instances of joins, by scope. */
  readonly joins: Keys;
}

/**
 * Where the tokens of an instance are, for the steps that need it: made on first use by one pass over the open element
 * instances, then kept up with each event, so that no step looks through them all. Nothing of it is stored.
 */
export class TokenIndex {
  private keys: Index | undefined;

  constructor(private readonly state: StateDraft) {}

  /** Keys of the open element instances directly in a scope, in order of activation. */
  in(scope: number): Iterable<number> {
    return this.index().byScope.get(String(scope)) ?? [];
  }

  /** Keys of an open element instance and of everything inside it, what contains others before those. */
  within(key: number): number[] {
    const found = [key];
    for (let next = 0; next < found.length; next++) {
      for (const inner of this.in(found[next] ?? key)) found.push(inner);
    }
    return found;
  }

  /** Keys of the instances of a join in a scope at which tokens wait for others, in order of activation. */
  waitingAt(scope: number, elementId: string): Iterable<number> {
    return this.index().byJoin.get(joinOf(scope, elementId)) ?? [];
  }

  /** Keys of the instances of all joins in a scope at which tokens wait for others, in order of activation. */
  joinsIn(scope: number): Iterable<number> {
    return this.index().joins.get(String(scope)) ?? [];
  }

  /** Keeps the index right; call it before the event is applied. */
  follow(event: ProcessEvent): void {
    if (!this.keys) return;
    const { byScope, byJoin, joins } = this.keys;
    if (event.type === 'elementActivated') {
      const { key, scope, elementId, arriving } = event;
      add(byScope, String(scope), key);
      if (!arriving) return;
      add(byJoin, joinOf(scope, elementId), key);
      add(joins, String(scope), key);
    }
    if (event.type === 'scopeReopened') add(byScope, String(event.scope), event.key);
    if (
      event.type === 'scopeClosed' ||
      event.type === 'elementCompleted' ||
      event.type === 'elementCanceled'
    ) {
      const instance = this.state.elementInstances[event.key];
      if (instance?.scope === undefined) return;
      byScope.get(String(instance.scope))?.delete(event.key);
      if (!instance.arrived) return;
      byJoin.get(joinOf(instance.scope, instance.elementId))?.delete(event.key);
      joins.get(String(instance.scope))?.delete(event.key);
    }
  }

  private index(): Index {
    if (this.keys) return this.keys;
    const byScope = new Map<string, Set<number>>();
    const byJoin = new Map<string, Set<number>>();
    const joins = new Map<string, Set<number>>();
    for (const [key, { scope, elementId, arrived }] of Object.entries(this.state.elementInstances)) {
      if (scope === undefined) continue;
      add(byScope, String(scope), Number(key));
      if (!arrived) continue;
      add(byJoin, joinOf(scope, elementId), Number(key));
      add(joins, String(scope), Number(key));
    }
    this.keys = { byScope, byJoin, joins };
    return this.keys;
  }
}

function joinOf(scope: number, elementId: string): string {
  return `${scope} ${elementId}`;
}

function add(index: Keys, name: string, key: number): void {
  const keys = index.get(name);
  if (keys) keys.add(key);
  else index.set(name, new Set([key]));
}
