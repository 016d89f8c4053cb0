import type { z } from 'zod';
import type { batch, batchItem } from '../../contract/batches.js';
import { problemCodes, type ProblemCode } from '../../contract/problem-codes.js';
import type { BatchItemRow, BatchProblem, BatchRow } from '../../runtime/ports.js';
import { optionalTimeText, timeText } from './time-text.js';

/** A batch as the contract shows it. */
export function batchView(row: BatchRow): z.input<typeof batch> {
  return {
    batchId: row.batchId,
    operation: row.operation,
    state: row.state,
    total: row.total,
    done: row.done,
    failed: row.failed,
    createdAt: timeText(row.createdAt),
    createdBy: row.actor,
    endedAt: optionalTimeText(row.endedAt),
    problem: row.problem && problemView(row.problem),
  };
}

/** A process instance of a batch as the contract shows it. */
export function batchItemView(row: BatchItemRow): z.input<typeof batchItem> {
  const { code, detail = '' } = row;
  return {
    processInstanceId: row.processInstanceId,
    state: row.state,
    problem: code === undefined ? undefined : problemView({ code, detail }),
    endedAt: optionalTimeText(row.endedAt),
  };
}

function problemView({ code, detail }: BatchProblem): { code: ProblemCode; detail: string } {
  return { code: isProblemCode(code) ? code : 'internal-error', detail };
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problemCodes, code);
}
