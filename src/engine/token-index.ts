import type { ProcessEvent } from './event.js';
import type { StateDraft } from './evolve.js';

/**
 * Where the tokens of an instance are, for the steps that need it: made on first use by one pass over the open element
 * instances, then kept up with each event. Nothing of it is stored.
 */
export class TokenIndex {
  private childrenByScope: Map<number, Set<number>> | undefined;

  constructor(private readonly state: StateDraft) {}

  /** Keys of the open element instances directly in a scope, in order of activation. */
  in(scope: number): Iterable<number> {
    return this.index().get(scope) ?? [];
  }

  /** Keeps the index right; call it before the event is applied. */
  follow(event: ProcessEvent): void {
    if (!this.childrenByScope) return;
    if (event.type === 'elementActivated') this.add(this.childrenByScope, event.scope, event.key);
    if (event.type === 'elementCompleted' || event.type === 'elementCanceled') {
      const scope = this.state.elementInstances[event.key]?.scope;
      if (scope !== undefined) this.childrenByScope.get(scope)?.delete(event.key);
    }
  }

  private index(): Map<number, Set<number>> {
    if (this.childrenByScope) return this.childrenByScope;
    const index = new Map<number, Set<number>>();
    for (const [key, { scope }] of Object.entries(this.state.elementInstances)) {
      if (scope !== undefined) this.add(index, scope, Number(key));
    }
    this.childrenByScope = index;
    return index;
  }

  private add(index: Map<number, Set<number>>, scope: number, key: number): void {
    const children = index.get(scope);
    if (children) children.add(key);
    else index.set(scope, new Set([key]));
  }
}
