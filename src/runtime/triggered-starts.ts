import { gatheredStarts } from './gathered-starts.js';
import type { ProcessDefinitionRow, StartPlace, StartSubscriptionRow } from './ports.js';
import { TransactionConflict } from './ports.js';
import type { Unit } from './unit.js';
import type { ExecutableProcess } from '../engine/process-model.js';

/** What something triggers, as it stays until the end of the transaction. */
export interface TriggeredStart extends StartPlace {
  readonly definition: ProcessDefinitionRow;
  readonly process: ExecutableProcess;
  /** Of a parallel multiple start event: what else is to arrive. Nobody else brings any of it until the end of the transaction. */
  readonly parts?: readonly string[];
}

/** A parallel multiple start event (BPMN 2.0.2 §10.5.2, §13.5.1). */
export type GatheringStart = TriggeredStart & Required<Pick<TriggeredStart, 'parts'>>;

export function isGathering(start: TriggeredStart): start is GatheringStart {
  return start.parts !== undefined;
}

/**
 * The starts of those subscriptions for the trigger that are meant.
 * @throws TransactionConflict when a deployment has changed them meanwhile: the work begins again.
 */
export async function triggeredStarts(
  unit: Unit,
  kind: StartSubscriptionRow['kind'],
  name: string,
  found: readonly StartSubscriptionRow[],
  isMeant: (subscription: StartSubscriptionRow) => boolean = () => true,
): Promise<readonly TriggeredStart[]> {
  const subscriptions = found.filter(isMeant);
  const starts: TriggeredStart[] = [];
  for (const subscription of subscriptions) {
    const start = await triggeredStart(unit, subscription);
    if (start) starts.push(start);
  }
  if (!starts.some(isGathering)) return starts;
  const now = (await unit.tx.startSubscriptions.find(unit.context.tenantId, kind, name)).filter(isMeant);
  const ids = (rows: readonly StartSubscriptionRow[]): string =>
    rows.map(({ processDefinitionId, elementId }) => `${processDefinitionId} ${elementId}`).join();
  if (ids(now) !== ids(subscriptions)) throw new TransactionConflict(`The starts of "${name}" have changed.`);
  return starts;
}

/** Undefined for one whose definition is gone. */
export async function triggeredStart(
  unit: Unit,
  {
    tenantId,
    processDefinitionId,
    elementId,
  }: Pick<StartSubscriptionRow, 'tenantId' | 'processDefinitionId' | 'elementId'>,
): Promise<TriggeredStart | undefined> {
  const { tx, definitions } = unit;
  const definition = await tx.definitions.find(tenantId, processDefinitionId);
  if (!definition) return undefined;
  const { bpmnProcessId } = definition;
  const process = await definitions.get(tx.definitions, tenantId, processDefinitionId);
  const start = { tenantId, bpmnProcessId, elementId, definition, process };
  const gathered = gatheredStarts(process, tx.now).find((it) => it.elementId === elementId);
  if (!gathered) return start;
  await tx.startArrivals.lock(tenantId, bpmnProcessId);
  return { ...start, parts: gathered.parts };
}

/** The parallel multiple start events of the latest version of a process. */
export async function gatheringStarts(
  unit: Unit,
  tenantId: string,
  bpmnProcessId: string,
): Promise<readonly GatheringStart[]> {
  const { tx, definitions } = unit;
  const definition = await tx.definitions.findLatest(tenantId, bpmnProcessId);
  if (!definition) return [];
  const process = await definitions.get(tx.definitions, tenantId, definition.processDefinitionId);
  const gathered = gatheredStarts(process, tx.now);
  if (gathered.length > 0) await tx.startArrivals.lock(tenantId, bpmnProcessId);
  return gathered.map((start) => ({ tenantId, bpmnProcessId, definition, process, ...start }));
}
