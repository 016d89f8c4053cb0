import type { FirstRead } from '../../runtime/ports.js';
import { latestDefinition } from '../definitions.js';
import { loadJob } from '../jobs.js';
import type { SqlRow, SqlValue } from '../sql-value.js';
import { toSqlValue } from '../sql-value.js';
import type { Statement } from '../statement.js';
import { loadTimer } from '../timers.js';
import { loadUserTask } from '../user-tasks.js';
import type { BatchItem } from './batch.js';

/** The statement that the unit will ask first. */
export function firstReadItem({ kind, tenantId, id }: FirstRead): BatchItem {
  switch (kind) {
    case 'job':
      return { statement: loadJob.postgres, parameters: [id, tenantId].map(toSqlValue) };
    case 'timer':
      return { statement: loadTimer.postgres, parameters: [id, tenantId].map(toSqlValue) };
    case 'userTask':
      return { statement: loadUserTask.postgres, parameters: [id, tenantId].map(toSqlValue) };
    case 'latestProcessDefinition':
      return { statement: latestDefinition.postgres, parameters: [tenantId, id].map(toSqlValue) };
    default:
      return kind satisfies never;
  }
}

/** What was read along with BEGIN: the answer to that very statement, once, as long as nothing has been written. */
export class ReadAhead {
  #answer: { readonly item: BatchItem; readonly rows: readonly SqlRow[] } | undefined;

  constructor(item: BatchItem | undefined, rows: readonly SqlRow[] | undefined) {
    this.#answer = item && rows && { item, rows };
  }

  take(statement: Statement, parameters: readonly SqlValue[]): readonly SqlRow[] | undefined {
    const answer = this.#answer;
    if (answer?.item.statement !== statement) return undefined;
    this.forget();
    const isSame = answer.item.parameters.every((parameter, index) => parameter === parameters[index]);
    return isSame ? answer.rows : undefined;
  }

  forget(): void {
    this.#answer = undefined;
  }
}
