import type { Variables } from '../../engine/json.js';
import { done, refused } from '../outcome.js';
import { isWithinSignals } from '../reach.js';
import type { BroadcastSignal } from '../runtime.js';
import { isGathering, triggeredStarts } from '../triggered-starts.js';
import type { Unit, UseCase } from '../unit.js';
import { arriveForAll } from './start-by-arrival.js';
import { startWithKey } from './start-with-key.js';

/**
 * Everything that waits for the signal at this commit will get it, each instance in a unit of work of its own soon after; the processes
 * that it starts are started now, those of keys that wait for it at a parallel multiple start event soon after. Whoever begins to wait later has missed it (BPMN 2.0.2 §10.5.1).
 */
export function broadcastSignal(input: {
  readonly name: string;
  readonly variables?: Variables;
}): UseCase<BroadcastSignal> {
  return async (unit) => {
    const { name, variables = {} } = input;
    const { tx, context, wakeups, hops } = unit;
    if (!isWithinSignals(context.reach, name)) {
      return refused('forbidden', `Expected a grant for the signal "${name}" but ${context.actor} has none.`);
    }
    const subscriptions = await tx.signalSubscriptions.fanOut(context.tenantId, name, variables, hops + 1);
    if (subscriptions > 0) tx.afterCommit(() => wakeups.deliveriesWritten());
    const startedProcessInstances = await startAll(unit, name, variables);
    const signalId = unit.newId();
    unit.audit.about({ signalId });
    return done({ signalId, subscriptions, startedProcessInstances });
  };
}

async function startAll(unit: Unit, name: string, variables: Variables): Promise<readonly string[]> {
  const subscriptions = await unit.tx.startSubscriptions.find(unit.context.tenantId, 'signal', name);
  const started: string[] = [];
  for (const start of await triggeredStarts(unit, 'signal', name, subscriptions)) {
    const processInstanceId = isGathering(start)
      ? await arriveForAll(unit, start, `signal:${name}`, variables)
      : await startWithKey(unit, start, { variables });
    if (processInstanceId !== undefined) started.push(processInstanceId);
  }
  return started;
}
