import type { EventFilter } from './event-filter.js';
import { isWanted } from './event-filter.js';
import type { EventHead } from './public-event.js';

/** Somebody who is told what happens. */
export interface Listener {
  readonly filter: EventFilter;
}

/**
 * Who listens, found by what an event is about: a thousand who follow an instance each cost an event no more than one does.
 * Those who name neither instances nor business keys are asked about every event of their tenant.
 */
export class Listeners<L extends Listener> {
  readonly #byPlace = new Map<string, Set<L>>();

  add(listener: L): void {
    for (const place of placesOf(listener.filter)) {
      const there = this.#byPlace.get(place);
      if (there === undefined) this.#byPlace.set(place, new Set([listener]));
      else there.add(listener);
    }
  }

  remove(listener: L): void {
    for (const place of placesOf(listener.filter)) {
      const there = this.#byPlace.get(place);
      there?.delete(listener);
      if (there?.size === 0) this.#byPlace.delete(place);
    }
  }

  /** Those who want the event. */
  of(head: EventHead): readonly L[] {
    const { tenantId, processInstanceId, businessKey } = head.entry;
    const places = [placeOf('tenant', tenantId, ''), placeOf('instance', tenantId, processInstanceId)];
    if (businessKey !== undefined) places.push(placeOf('business key', tenantId, businessKey));
    return places.flatMap((place) =>
      [...(this.#byPlace.get(place) ?? [])].filter(({ filter }) => isWanted(head, filter)),
    );
  }
}

/** One kind of place for each listener, so that none is told twice. */
function placesOf({ tenantId, processInstanceIds, businessKeys }: EventFilter): readonly string[] {
  if (processInstanceIds !== undefined) {
    return processInstanceIds.map((id) => placeOf('instance', tenantId, id));
  }
  if (businessKeys !== undefined) return businessKeys.map((key) => placeOf('business key', tenantId, key));
  return [placeOf('tenant', tenantId, '')];
}

function placeOf(kind: 'tenant' | 'instance' | 'business key', tenantId: string, value: string): string {
  return JSON.stringify([kind, tenantId, value]);
}
