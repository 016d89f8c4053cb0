import type { ElementMapping } from '../command.js';
import type { ExecutableProcess, FlowNode } from '../process-model.js';
import type { CommandError } from '../rejection.js';

/** Where the elements and sequence flows of one model are in another: by an explicit mapping, else under the same id. */
export class ModelMapping {
  private readonly explicit: ReadonlyMap<string, string>;

  constructor(
    readonly source: ExecutableProcess,
    readonly target: ExecutableProcess,
    mappings: readonly ElementMapping[],
  ) {
    this.explicit = new Map(mappings.map(({ from, to }) => [from, to]));
  }

  /** The id that stands for it in the target, whether there is such an element or not. */
  idOf(sourceId: string): string {
    return this.explicit.get(sourceId) ?? sourceId;
  }

  /** The element that stands for it in the target; undefined where there is none. */
  targetOf(sourceId: string): FlowNode | undefined {
    return this.target.elements.get(this.idOf(sourceId));
  }
}

/** What is wrong with explicit mappings, whatever is active. */
export function checkMappings(
  source: ExecutableProcess,
  target: ExecutableProcess,
  mappings: readonly ElementMapping[],
): readonly CommandError[] {
  const [sourceIds, targetIds] = [idsOf(source), idsOf(target)];
  const seen = new Set<string>();
  return mappings.flatMap(({ from, to }, index) => {
    const path = `/mappings/${index}`;
    const isAgain = seen.has(from);
    seen.add(from);
    return [
      ...(sourceIds.has(from)
        ? []
        : [{ path, message: `Expected "${from}" in the instance's definition but found none.` }]),
      ...(targetIds.has(to)
        ? []
        : [{ path, message: `Expected "${to}" in the target definition but found none.` }]),
      ...(isAgain
        ? [{ path, message: `Expected "${from}" to be mapped once but it is mapped already.` }]
        : []),
    ];
  });
}

function idsOf({ elements }: ExecutableProcess): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const [id, { incoming, outgoing }] of elements) {
    ids.add(id);
    for (const flow of [...incoming, ...outgoing]) ids.add(flow.id);
  }
  return ids;
}
