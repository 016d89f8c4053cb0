import type { EventFilter } from './event-filter.js';
import { isWanted } from './event-filter.js';
import type { EventHead } from './public-event.js';

/** Somebody who is told what happens. */
export interface Listener {
  readonly filter: EventFilter;
}

/** Those of one tenant, by what they name. */
interface ListenersOfTenant<L> {
  /** Who names neither instances nor business keys. */
  readonly toAll: Set<L>;
  readonly byInstance: Map<string, Set<L>>;
  readonly byBusinessKey: Map<string, Set<L>>;
}

/**
 * Who listens, found by what an event is about: a thousand who follow an instance each cost an event no more than one does.
 * Those who name neither instances nor business keys are asked about every event of their tenant.
 */
export class Listeners<L extends Listener> {
  readonly #byTenant = new Map<string, ListenersOfTenant<L>>();

  add(listener: L): void {
    const { tenantId, processInstanceIds, businessKeys } = listener.filter;
    let there = this.#byTenant.get(tenantId);
    if (there === undefined) {
      there = { toAll: new Set(), byInstance: new Map(), byBusinessKey: new Map() };
      this.#byTenant.set(tenantId, there);
    }
    // One kind of place for each listener, so that none is told twice.
    if (processInstanceIds !== undefined) addTo(there.byInstance, processInstanceIds, listener);
    else if (businessKeys !== undefined) addTo(there.byBusinessKey, businessKeys, listener);
    else there.toAll.add(listener);
  }

  remove(listener: L): void {
    const { tenantId, processInstanceIds, businessKeys } = listener.filter;
    const there = this.#byTenant.get(tenantId);
    if (there === undefined) return;
    there.toAll.delete(listener);
    removeFrom(there.byInstance, processInstanceIds ?? [], listener);
    removeFrom(there.byBusinessKey, businessKeys ?? [], listener);
    if (there.toAll.size + there.byInstance.size + there.byBusinessKey.size === 0) {
      this.#byTenant.delete(tenantId);
    }
  }

  /** Those who want the event. */
  of(head: EventHead): readonly L[] {
    const { tenantId, processInstanceId, businessKey } = head.entry;
    const there = this.#byTenant.get(tenantId);
    if (there === undefined) return [];
    const found: L[] = [];
    const ask = (listeners: ReadonlySet<L> | undefined): void => {
      for (const listener of listeners ?? []) if (isWanted(head, listener.filter)) found.push(listener);
    };
    ask(there.toAll);
    ask(there.byInstance.get(processInstanceId));
    if (businessKey !== undefined) ask(there.byBusinessKey.get(businessKey));
    return found;
  }
}

function addTo<L>(places: Map<string, Set<L>>, names: readonly string[], listener: L): void {
  for (const name of names) {
    const there = places.get(name);
    if (there === undefined) places.set(name, new Set([listener]));
    else there.add(listener);
  }
}

function removeFrom<L>(places: Map<string, Set<L>>, names: readonly string[], listener: L): void {
  for (const name of names) {
    const there = places.get(name);
    there?.delete(listener);
    if (there?.size === 0) places.delete(name);
  }
}
