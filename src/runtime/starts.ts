import { planTimer } from '../engine/event-definitions/timer.js';
import { evaluateString } from '../engine/evaluate.js';
import type { EvaluationContext, ExecutableProcess } from '../engine/process-model.js';
import type { ProcessDefinitionRow, StartSubscriptionRow, TimerRow } from './ports.js';
import type { Unit } from './unit.js';

/**
 * The version's message, signal and timer starts take the place of those of every other version of its process. There are no
 * variables yet: names and times that need one are refused at deployment.
 */
export async function registerStarts(
  unit: Unit,
  row: ProcessDefinitionRow,
  process: ExecutableProcess,
): Promise<void> {
  const { tx } = unit;
  const { tenantId, bpmnProcessId } = row;
  const versions = await tx.definitions.listVersions(tenantId, bpmnProcessId);
  tx.timers.removeStartTimers(
    tenantId,
    versions.map(({ processDefinitionId }) => processDefinitionId),
  );
  const context: EvaluationContext = { now: tx.now, get: () => undefined };
  tx.startSubscriptions.replace(tenantId, bpmnProcessId, subscriptionsOf(row, process, context));
  for (const timer of timersOf(unit, row, process, context)) {
    tx.timers.insert(timer);
    tx.afterCommit(() => unit.wakeups.timerScheduled(timer.dueAt));
  }
}

/** A process without versions has no starts. */
export async function removeStarts(unit: Unit, row: ProcessDefinitionRow): Promise<void> {
  unit.tx.timers.removeStartTimers(row.tenantId, [row.processDefinitionId]);
  unit.tx.startSubscriptions.replace(row.tenantId, row.bpmnProcessId, []);
  await Promise.resolve();
}

function subscriptionsOf(
  { tenantId, processDefinitionId, bpmnProcessId }: ProcessDefinitionRow,
  process: ExecutableProcess,
  context: EvaluationContext,
): readonly StartSubscriptionRow[] {
  const owner = { tenantId, processDefinitionId, bpmnProcessId };
  return process.scope.startEvents.flatMap(({ id, event }): StartSubscriptionRow[] => {
    const name =
      event.kind === 'message' ? event.message.name : event.kind === 'signal' ? event.name : undefined;
    if (name === undefined || (event.kind !== 'message' && event.kind !== 'signal')) return [];
    return [
      {
        ...owner,
        kind: event.kind,
        name: evaluateString(name, context, `the name of "${id}"`),
        elementId: id,
      },
    ];
  });
}

function timersOf(
  unit: Unit,
  { tenantId, processDefinitionId }: ProcessDefinitionRow,
  process: ExecutableProcess,
  context: EvaluationContext,
): readonly TimerRow[] {
  return process.scope.startEvents.flatMap(({ id, event }): TimerRow[] => {
    const plan = event.kind === 'timer' ? planTimer(event, context, `the timer of "${id}"`) : undefined;
    return plan ? [{ timerId: unit.newId(), tenantId, processDefinitionId, elementId: id, ...plan }] : [];
  });
}
