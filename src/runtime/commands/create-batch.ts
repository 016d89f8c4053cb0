import { asJson, type AuditedState } from '../audit.js';
import type { BatchInstruction, BatchRow } from '../batch.js';
import { batchLimits } from '../batch-limits.js';
import type { Outcome } from '../outcome.js';
import { done, refused } from '../outcome.js';
import type { CreateBatchInput } from '../runtime.js';
import { isBarredFromWriting, isWithinProcesses, noVariables, noVariablesWritten } from '../reach.js';
import type { Unit, UseCase } from '../unit.js';
import { instructionsOf } from './modify-process-instance.js';

/** Takes an operation on many process instances in hand. Named instances are noted at once; those of a filter are collected by the batch loop. */
export function createBatch({
  instruction,
  filter,
  processInstanceIds,
}: CreateBatchInput): UseCase<BatchRow> {
  return async (unit) => {
    const { tx, context, wakeups } = unit;
    const { tenantId, actor, traceparent, reach, audit: auditOrigin } = context;
    if (reach?.withoutVariables && filter?.variables !== undefined) return refused('forbidden', noVariables);
    if (
      instruction.operation === 'modify' &&
      isBarredFromWriting(reach, instructionsOf(instruction.modification))
    )
      return refused('forbidden', noVariablesWritten);
    const possible = await checkTarget(unit, instruction);
    if (!possible.ok) return possible;
    await tx.batches.lock(tenantId);
    if ((await tx.batches.countOpen(tenantId)) >= batchLimits.openBatches) {
      const detail = `Expected fewer than ${batchLimits.openBatches} open batches but there are as many; wait until one has ended, or cancel one.`;
      return refused('too-many-requests', detail);
    }
    const row: BatchRow = {
      batchId: unit.newId(),
      tenantId,
      operation: instruction.operation,
      instruction,
      ...(filter === undefined ? {} : { filter }),
      state: 'collecting',
      actor,
      ...(reach === undefined ? {} : { reach }),
      ...(traceparent === undefined ? {} : { traceparent }),
      ...(auditOrigin === undefined ? {} : { auditOrigin }),
      createdAt: tx.now,
      total: 0,
      done: 0,
      failed: 0,
    };
    tx.batches.insert(row);
    unit.audit.about({ batchId: row.batchId });
    unit.audit.change(undefined, batchState(row, processInstanceIds));
    if (processInstanceIds) await tx.batches.addItems(row, [...new Set(processInstanceIds)], undefined);
    tx.afterCommit(() => wakeups.batchCreated());
    return done((await tx.batches.load(tenantId, row.batchId)) ?? row);
  };
}

/** What the audit log says of a batch. Its filter compares with values of variables, too. */
function batchState(
  { instruction, filter }: BatchRow,
  processInstanceIds: readonly string[] | undefined,
): AuditedState {
  const variables = Object.fromEntries((filter?.variables ?? []).map(({ name, value }) => [name, value]));
  return {
    ...asJson(instruction),
    ...(filter === undefined ? {} : { filter: { ...asJson(filter.filter), variables } }),
    ...(processInstanceIds === undefined ? {} : { processInstances: processInstanceIds.length }),
  };
}

async function checkTarget(unit: Unit, instruction: BatchInstruction): Promise<Outcome<null>> {
  if (instruction.operation !== 'migrate') return done(null);
  const { targetProcessDefinitionId } = instruction.migration;
  const { tenantId, reach } = unit.context;
  const target = await unit.tx.definitions.find(tenantId, targetProcessDefinitionId);
  if (target && isWithinProcesses(reach, target.bpmnProcessId)) return done(null);
  const message = `Expected a process definition "${targetProcessDefinitionId}" but there is none.`;
  const errors = [{ path: '/migration/targetProcessDefinitionId', message }];
  return refused('invalid-argument', message, { errors });
}
