import { isWaiting } from '../elements/join.js';
import type { Execution } from '../execution.js';
import type { FlowNode, SequenceFlow } from '../process-model.js';

/**
 * The incoming flow on which a token that is put at a join by hand is taken to have arrived: one that the oldest waiting instance of the
 * join lacks, and by which no other token can come any more, so that the join neither fires too early nor starves.
 * @param placed flows on which tokens were put at this join just now
 * @param isLeft whether an element instance goes on after the modification
 */
export function joinFlow(
  execution: Execution,
  join: FlowNode,
  scope: number,
  placed: readonly SequenceFlow[],
  isLeft: (key: number) => boolean,
): SequenceFlow | undefined {
  const waiting = [...execution.tokens.waitingAt(scope, join.id)]
    .filter((key) => isLeft(key) && isWaiting(execution.instance(key)))
    .map((key) => new Set(execution.instance(key).arrived));
  for (const { id } of placed) {
    const lacking = waiting.find((arrived) => !arrived.has(id));
    if (lacking) lacking.add(id);
    else waiting.push(new Set([id]));
  }
  const open = waiting.find((arrived) => arrived.size < join.incoming.length);
  const candidates = join.incoming.filter(({ id }) => !open?.has(id));
  const active = new Set(
    execution.tokens
      .in(scope)
      .filter(isLeft)
      .map((key) => execution.instance(key).elementId),
  );
  return candidates.find((flow) => !canStillCome(flow, join, active)) ?? candidates[0];
}

/** Whether an active element of the same scope leads to the flow without passing the join. */
function canStillCome(flow: SequenceFlow, join: FlowNode, active: ReadonlySet<string>): boolean {
  const seen = new Set<FlowNode>([join, flow.source]);
  for (const node of seen) {
    if (node === join) continue;
    if (active.has(node.id)) return true;
    if (node.type === 'boundaryEvent') seen.add(node.attachedTo);
    for (const { source } of node.incoming) seen.add(source);
  }
  return false;
}
