import type { BatchOperation, BatchProblem, BatchRow } from '../batch.js';
import type { Outcome, Problem } from '../outcome.js';
import { done } from '../outcome.js';
import type { Unit, UseCase } from '../unit.js';
import { cancelProcessInstance } from './cancel-process-instance.js';
import { deleteProcessInstance } from './delete-process-instance.js';
import { migrateProcessInstance } from './migrate-process-instance.js';
import { modifyProcessInstance } from './modify-process-instance.js';
import { resumeProcessInstance } from './resume-process-instance.js';
import { retryProcessInstance } from './retry-process-instance.js';
import { suspendProcessInstance } from './suspend-process-instance.js';

/** Of how many errors of a refusal a failure keeps the message. */
const REASONS_KEPT = 5;

const known: Readonly<Record<BatchOperation, true>> = {
  cancel: true,
  suspend: true,
  resume: true,
  delete: true,
  retry: true,
  migrate: true,
  modify: true,
};

/** What this release can do to an instance. A batch with an operation of a later one is left for a node of that release. */
export const batchOperations = Object.keys(known) as readonly BatchOperation[];

/** The batch was canceled while its item was being done: the item is rolled back. */
export class BatchEnded extends Error {
  override readonly name = 'BatchEnded';
}

/**
 * Does the batch's operation to one of its instances and notes what has become of it, in one transaction, so that it is done
 * once whoever tries and whatever crashes. A refusal is the item's failure.
 * @throws BatchEnded when the batch was canceled meanwhile.
 */
export function doBatchItem(batch: BatchRow, processInstanceId: string): UseCase<null> {
  return async (unit) => {
    const { batches } = unit.tx;
    if (!(await batches.isPending(batch.batchId, processInstanceId))) return done(null);
    const outcome = await operate(unit, batch, processInstanceId);
    const problem = outcome.ok ? undefined : failureOf(outcome.problem);
    if (!outcome.ok) unit.audit.nothing();
    if (!(await batches.settle(batch.batchId, processInstanceId, problem))) throw new BatchEnded();
    return done(null);
  };
}

/** What a refusal says in detail stands beside it in a single answer; of an item only this is kept. */
function failureOf({ code, detail, errors = [] }: Problem): BatchProblem {
  const reasons = errors.slice(0, REASONS_KEPT).map(({ message }) => message);
  const more = errors.length > REASONS_KEPT ? [`(${errors.length - REASONS_KEPT} more)`] : [];
  return { code, detail: [detail, ...reasons, ...more].join(' ') };
}

/** Notes that an instance could not be done because of a mistake of ours, which the log tells. */
export function failBatchItem(batch: BatchRow, processInstanceId: string): UseCase<null> {
  return async ({ tx: { batches }, audit }) => {
    audit.nothing();
    if (!(await batches.isPending(batch.batchId, processInstanceId))) return done(null);
    const detail = 'Expected to do this but failed. The log tells more under the id of the batch.';
    const problem = { code: 'internal-error', detail };
    if (!(await batches.settle(batch.batchId, processInstanceId, problem))) throw new BatchEnded();
    return done(null);
  };
}

async function operate(
  unit: Unit,
  { instruction, filter }: BatchRow,
  processInstanceId: string,
): Promise<Outcome<unknown>> {
  switch (instruction.operation) {
    case 'cancel':
      return cancelProcessInstance(processInstanceId)(unit);
    case 'suspend':
      return suspendProcessInstance(processInstanceId)(unit);
    case 'resume':
      return resumeProcessInstance(processInstanceId)(unit);
    case 'retry':
      return retryProcessInstance(processInstanceId, instruction.retries)(unit);
    case 'migrate':
      return migrateProcessInstance(processInstanceId, instruction.migration)(unit);
    case 'modify':
      return modifyProcessInstance(processInstanceId, instruction.modification)(unit);
    case 'delete': {
      const deleted = await deleteProcessInstance(processInstanceId)(unit);
      // It was there when the filter found it: it has gone with its caller, before its turn.
      const isGone = filter !== undefined && !deleted.ok && deleted.problem.code === 'not-found';
      return isGone ? done(null) : deleted;
    }
    default:
      return instruction satisfies never;
  }
}
