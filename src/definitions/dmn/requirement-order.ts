/** Something that requires others. */
interface Requiring {
  readonly requires: readonly string[];
}

/** The ids with what each requires before it, or those on a circle of requirements. */
export type RequirementOrder =
  | { readonly ok: true; readonly order: readonly string[] }
  | { readonly ok: false; readonly circle: readonly string[] };

/** Orders what requires each other; requirements that are not among the nodes count for nothing. */
export function requirementOrder(nodes: ReadonlyMap<string, Requiring>): RequirementOrder {
  const missing = new Map<string, number>();
  const requiredBy = new Map<string, string[]>();
  for (const [id, { requires }] of nodes) {
    const known = [...new Set(requires)].filter((other) => nodes.has(other));
    missing.set(id, known.length);
    for (const other of known) requiredBy.set(other, [...(requiredBy.get(other) ?? []), id]);
  }
  const order = [...nodes.keys()].filter((id) => missing.get(id) === 0);
  for (let next = 0; next < order.length; next++) {
    for (const id of requiredBy.get(order[next] ?? '') ?? []) {
      const left = (missing.get(id) ?? 0) - 1;
      missing.set(id, left);
      if (left === 0) order.push(id);
    }
  }
  return order.length === nodes.size
    ? { ok: true, order }
    : { ok: false, circle: circleIn(nodes, new Set(order)) };
}

/** What is left in no order requires something else that is left: following that comes round. */
function circleIn(nodes: ReadonlyMap<string, Requiring>, ordered: ReadonlySet<string>): readonly string[] {
  const path: string[] = [];
  let at = [...nodes.keys()].find((id) => !ordered.has(id));
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    at = nodes.get(at)?.requires.find((id) => nodes.has(id) && !ordered.has(id));
  }
  return at === undefined ? path : path.slice(path.indexOf(at));
}

/** Everything that is required to get at one of them, itself the last, in the order given. */
export function orderFor(
  id: string,
  order: readonly string[],
  requiresOf: (id: string) => readonly string[],
): readonly string[] {
  const needed = new Set([id]);
  for (const next of needed) for (const required of requiresOf(next)) needed.add(required);
  return order.filter((each) => needed.has(each));
}
