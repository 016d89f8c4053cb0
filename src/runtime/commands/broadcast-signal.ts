import type { Variables } from '../../engine/json.js';
import { startInstance } from '../apply-command.js';
import { done } from '../outcome.js';
import type { BroadcastSignal } from '../runtime.js';
import type { Unit, UseCase } from '../unit.js';

/**
 * Everything that waits for the signal at this commit will get it, each instance in a transaction of its own soon after; the processes
 * that it starts are started now. Whoever begins to wait later has missed it (BPMN 2.0.2 §10.5.1).
 */
export function broadcastSignal(input: {
  readonly name: string;
  readonly variables?: Variables;
}): UseCase<BroadcastSignal> {
  return async (unit) => {
    const { name, variables = {} } = input;
    const { tx, context, wakeups, hops } = unit;
    const subscriptions = await tx.signalSubscriptions.fanOut(context.tenantId, name, variables, hops + 1);
    if (subscriptions > 0) tx.afterCommit(() => wakeups.deliveriesWritten());
    const startedProcessInstances = await startAll(unit, name, variables);
    return done({ signalId: unit.newId(), subscriptions, startedProcessInstances });
  };
}

async function startAll(unit: Unit, name: string, variables: Variables): Promise<readonly string[]> {
  const { tx, context } = unit;
  const started: string[] = [];
  for (const { processDefinitionId, elementId } of await tx.startSubscriptions.find(
    context.tenantId,
    'signal',
    name,
  )) {
    const definition = await tx.definitions.find(context.tenantId, processDefinitionId);
    if (!definition) continue;
    const outcome = await startInstance(unit, definition, { startElementId: elementId, variables });
    if (!outcome.ok) throw new Error(`A signal start refused to start: ${outcome.problem.detail}`);
    started.push(outcome.value.processInstanceId);
  }
  return started;
}
