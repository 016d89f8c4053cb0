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
  const waiting: { readonly gateway: InclusiveGateway; readonly key: number }[] = [];
  for (const elementId of execution.tokens.joinsIn(scope)) {
    const gateway = execution.element(elementId);
    if (gateway.type !== 'inclusiveGateway') continue;
    const key = oldestWaiting(execution, scope, elementId);
    if (key !== undefined) waiting.push({ gateway, key });
  }
  waiting.sort((a, b) => a.key - b.key);
  return waiting.find(({ gateway, key }) => isActivated(execution, scope, gateway, key))?.key;
}

function oldestWaiting(execution: Execution, scope: number, elementId: string): number | undefined {
  for (const key of execution.tokens.waitingAt(scope, elementId)) {
    if (isWaiting(execution.instance(key))) return key;
  }
  return undefined;
}

/**
 * BPMN 2.0.2 table 13.3: an inclusive gateway is activated when, for every path from a token to an incoming flow that has none, there is
 * also a path from that token to an incoming flow that has one; paths that visit the gateway do not count. The tokens at one element are
 * all alike, and one for which the gateway waits is enough: as long as there is one where the last was found, no other is looked for.
 */
function isActivated(execution: Execution, scope: number, gateway: InclusiveGateway, key: number): boolean {
  const { tokens } = execution;
  const { arrived = [] } = execution.instance(key);
  const reached = reachedFrom(gateway);
  const isBlocking = (place: string) => {
    const flows = reached.get(place);
    return flows !== undefined && !arrived.some((flow) => flows.has(flow));
  };
  const last = tokens.blockerOf(scope, gateway.id);
  if (last !== undefined && tokens.hasTokenAt(scope, last) && isBlocking(last)) return false;
  for (const place of tokens.placesIn(scope)) {
    if (!isBlocking(place)) continue;
    tokens.rememberBlocker(scope, gateway.id, place);
    return false;
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
