import type { FirstRead } from '../../runtime/ports.js';
import { latestDefinition } from '../definitions.js';
import { loadJob } from '../jobs.js';
import type { LockingRead } from '../session.js';
import type { SqlRow, SqlValue } from '../sql-value.js';
import { toSqlValue } from '../sql-value.js';
import type { Statement } from '../statement.js';
import { loadTimer } from '../timers.js';
import { loadUserTask } from '../user-tasks.js';
import type { BatchItem } from './batch.js';

/** A statement, and the one that is sent in its stead along with BEGIN, which waits for no lock. */
interface Ahead {
  readonly asked: BatchItem;
  readonly sent: BatchItem;
}

/** The statement that the unit will ask first. */
export function firstReadOf({ kind, tenantId, id }: FirstRead): Ahead {
  switch (kind) {
    case 'job':
      return locking(loadJob.postgres, [id, tenantId]);
    case 'timer':
      return locking(loadTimer.postgres, [id, tenantId]);
    case 'userTask':
      return locking(loadUserTask.postgres, [id, tenantId]);
    case 'latestProcessDefinition':
      return locking(latestDefinition.postgres, [tenantId, id]);
    default:
      return kind satisfies never;
  }
}

function locking({ waiting, skipping }: LockingRead, key: readonly string[]): Ahead {
  const parameters = key.map(toSqlValue);
  return { asked: { statement: waiting, parameters }, sent: { statement: skipping, parameters } };
}

/** What was read along with BEGIN: the answer to that very statement, once, as long as the unit has written nothing. */
export class ReadAhead {
  #asked: BatchItem | undefined;
  readonly #rows: readonly SqlRow[];

  /** Without a row nothing is known: another transaction may have locked it. */
  constructor(asked: BatchItem | undefined, rows: readonly SqlRow[] = []) {
    this.#asked = rows.length > 0 ? asked : undefined;
    this.#rows = rows;
  }

  take(statement: Statement, parameters: readonly SqlValue[]): readonly SqlRow[] | undefined {
    const asked = this.#asked;
    if (asked?.statement !== statement) return undefined;
    this.forget();
    const isSame = asked.parameters.every((parameter, index) => parameter === parameters[index]);
    return isSame ? this.#rows : undefined;
  }

  forget(): void {
    this.#asked = undefined;
  }
}
