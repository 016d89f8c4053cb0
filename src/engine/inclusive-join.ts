import { isWaiting } from './elements/join.js';
import type { Execution } from './execution.js';
import type { FlowNode, InclusiveGateway } from './process-model.js';

/**
 * Activates an inclusive gateway at which tokens wait, if there is one in these scopes that needs to wait no longer. Called when nothing is
 * under way, with the scopes in which tokens have moved since; a scope without such a gateway is taken out of the set.
 * @returns whether there was one: what follows from it comes before the next is looked for
 */
export function releaseInclusiveJoin(execution: Execution, moved: Set<number>): boolean {
  for (const scope of moved) {
    const key = execution.find(scope) && findReleased(execution, scope);
    if (key !== undefined) {
      execution.complete(key);
      return true;
    }
    moved.delete(scope);
  }
  return false;
}

function findReleased(execution: Execution, scope: number): number | undefined {
  const oldest = new Map<InclusiveGateway, number>();
  for (const key of execution.tokens.joinsIn(scope)) {
    const instance = execution.instance(key);
    const element = execution.element(instance.elementId);
    if (element.type !== 'inclusiveGateway' || !isWaiting(instance) || oldest.has(element)) continue;
    oldest.set(element, key);
  }
  if (oldest.size === 0) return undefined;
  const places = new Set([...execution.tokens.in(scope)].map((key) => execution.instance(key).elementId));
  for (const [gateway, key] of oldest) {
    if (isActivated(gateway, execution.instance(key).arrived ?? [], places)) return key;
  }
  return undefined;
}

/**
 * BPMN 2.0.2 table 13.3: an inclusive gateway is activated when, for every path from a token to an incoming flow that has none, there is
 * also a path from that token to an incoming flow that has one; paths that visit the gateway do not count.
 */
function isActivated(
  gateway: InclusiveGateway,
  arrived: readonly string[],
  places: ReadonlySet<string>,
): boolean {
  const reached = reachedFrom(gateway);
  for (const place of places) {
    const flows = reached.get(place);
    if (flows && !arrived.some((flow) => flows.has(flow))) return false;
  }
  return true;
}

type Reached = ReadonlyMap<string, ReadonlySet<string>>;

const known = new WeakMap<InclusiveGateway, Reached>();

/** Which incoming flows of a gateway a token at an element can come to without visiting the gateway, by element: worked out once a model. */
function reachedFrom(gateway: InclusiveGateway): Reached {
  const found = known.get(gateway) ?? reachability(gateway);
  known.set(gateway, found);
  return found;
}

function reachability(gateway: InclusiveGateway): Reached {
  const reached = new Map<string, Set<string>>();
  for (const flow of gateway.incoming) {
    const pending: FlowNode[] = [flow.source];
    for (let node = pending.pop(); node; node = pending.pop()) {
      const flows = reached.get(node.id) ?? new Set();
      if (node === gateway || flows.has(flow.id)) continue;
      reached.set(node.id, flows.add(flow.id));
      pending.push(...before(node));
    }
  }
  return reached;
}

/** Where a token can have been before; a boundary event can occur as long as its activity has a token. */
function before(node: FlowNode): readonly FlowNode[] {
  return node.type === 'boundaryEvent' ? [node.attachedTo] : node.incoming.map(({ source }) => source);
}
