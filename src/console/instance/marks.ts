import type { ElementInstance, Incident } from '../answers.js';

/** How an element of the diagram is marked. What comes first in this list wins. */
export const markKinds = ['incident', 'waiting', 'holding', 'passed'] as const;

/**
 * `holding`: a sub-process or multi-instance body within which something waits. `passed`: it was done at least once, and
 * nothing waits there now.
 */
export interface Mark {
  readonly elementId: string;
  readonly kind: (typeof markKinds)[number];
  /** Element instances that wait there, without those that have an incident. */
  readonly waiting: number;
  readonly incidents: number;
}

/** The marks of all elements that the instance has reached. */
export function marksOf(
  elementInstances: readonly ElementInstance[],
  openIncidents: readonly Pick<Incident, 'elementId' | 'elementInstanceId'>[],
): readonly Mark[] {
  const active = elementInstances.filter(({ state }) => state === 'active');
  const parents = new Set(active.map(({ parentElementInstanceId }) => parentElementInstanceId));
  const troubled = new Set(openIncidents.map(({ elementInstanceId }) => elementInstanceId));
  const byElement = new Map<string, ElementInstance[]>();
  for (const instance of elementInstances.filter(({ state }) => state !== 'canceled')) {
    const others = byElement.get(instance.elementId);
    if (others === undefined) byElement.set(instance.elementId, [instance]);
    else others.push(instance);
  }
  return [...byElement].map(([elementId, instances]) => {
    const activeHere = instances.filter(({ state }) => state === 'active');
    const leaves = activeHere.filter(({ elementInstanceId: id }) => !parents.has(id) && !troubled.has(id));
    const incidents = openIncidents.filter((incident) => incident.elementId === elementId).length;
    return { elementId, waiting: leaves.length, incidents, kind: kindOf(incidents, leaves, activeHere) };
  });
}

function kindOf(
  incidents: number,
  waiting: readonly ElementInstance[],
  active: readonly ElementInstance[],
): Mark['kind'] {
  if (incidents > 0) return 'incident';
  if (waiting.length > 0) return 'waiting';
  return active.length > 0 ? 'holding' : 'passed';
}
