import fc from 'fast-check';
import type { ProcessBuilder } from '../support/bpmn-builder.js';
import { bpmn } from '../support/bpmn-builder.js';
import type { Leaf } from './leaf.js';
import { addLeaf, leafArbitrary } from './leaf.js';

/**
 * A process drawn without structure: nodes, each reached from an earlier one, and further flows wherever they fall. Joins may starve or
 * have tokens in surplus; flows lead back only from user tasks, so that every command comes to rest.
 */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly flows: readonly { readonly from: number; readonly to: number }[];
}

interface GraphNode {
  readonly node:
    | { readonly leaf: Leaf }
    | { readonly gateway: 'exclusive' | 'parallel' | 'inclusive' }
    /** A user task that takes, or sends down each flow, two tokens at once. */
    | { readonly quantity: 'startQuantity' | 'completionQuantity' };
  /** Which of the nodes before it leads here. */
  readonly after: number;
}

const nodeArbitrary: fc.Arbitrary<GraphNode> = fc.record({
  node: fc.oneof(
    { arbitrary: fc.record({ leaf: leafArbitrary }), weight: 4 },
    {
      arbitrary: fc.record({
        gateway: fc.constantFrom('exclusive' as const, 'parallel' as const, 'inclusive' as const),
      }),
      weight: 4,
    },
    {
      arbitrary: fc.record({
        quantity: fc.constantFrom('startQuantity' as const, 'completionQuantity' as const),
      }),
      weight: 1,
    },
  ),
  after: fc.nat(100),
});

export const graphArbitrary: fc.Arbitrary<Graph> = fc.record({
  nodes: fc.array(nodeArbitrary, { minLength: 1, maxLength: 10 }),
  flows: fc.array(fc.record({ from: fc.nat(100), to: fc.nat(100) }), { maxLength: 8 }),
});

function kindOf(node: GraphNode['node']): string {
  if ('quantity' in node) return 'userTask';
  return 'leaf' in node ? node.leaf.kind : node.gateway;
}

export function processOfGraph({ nodes, flows }: Graph): ProcessBuilder {
  const process = bpmn('p').startEvent('start').at(undefined);
  const ids = nodes.map(({ node }, index) => `${kindOf(node)}_${index}`);
  nodes.forEach(({ node }, index) => {
    const id = ids[index] ?? '';
    process.at(undefined);
    if ('leaf' in node) addLeaf(process, id, node.leaf);
    else if ('quantity' in node) process.userTask(id, { attributes: { [node.quantity]: 2 } });
    else if (node.gateway === 'exclusive') process.exclusiveGateway(id);
    else if (node.gateway === 'inclusive') process.inclusiveGateway(id);
    else process.parallelGateway(id);
  });
  process.at(undefined);
  const edges: (readonly [number, number])[] = nodes.map(({ after }, index) => [
    (after % (index + 1)) - 1,
    index,
  ]);
  for (const { from, to } of flows) {
    const [source, target] = [from % nodes.length, to % nodes.length];
    const isBack = target <= source;
    if (!isBack || ids[source]?.startsWith('userTask')) edges.push([source, target]);
  }
  connect(process, ids, edges);
  return process;
}

/** Exclusive and inclusive gateways choose by `n`, the last of several flows without a condition. */
function connect(
  process: ProcessBuilder,
  ids: readonly string[],
  edges: readonly (readonly [number, number])[],
): void {
  const outgoing = new Map<number, number[]>();
  for (const [source, target] of edges) outgoing.set(source, [...(outgoing.get(source) ?? []), target]);
  for (const [source, targets] of outgoing) {
    const sourceId = ids[source] ?? 'start';
    const hasConditions = /^(exclusive|inclusive)/.test(sourceId) && targets.length > 1;
    targets.forEach((target, index) => {
      const isLast = index === targets.length - 1;
      const condition = `=modulo(n, ${targets.length}) = ${index}`;
      const options = !hasConditions ? {} : isLast ? { isDefault: true } : { condition };
      process.flow(sourceId, ids[target] ?? '', options);
    });
  }
}
