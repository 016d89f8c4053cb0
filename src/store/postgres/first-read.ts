import type { FirstRead, IdempotencyScope } from '../../runtime/ports.js';
import { latestDefinition } from '../definitions.js';
import { deliverySequence, lockDelivery } from '../deliveries.js';
import { findIdempotency, idempotencyKeyOf, idempotencyLock } from '../idempotency.js';
import { loadJob } from '../jobs.js';
import { findReceiver, loadReceiver } from '../message-subscriptions.js';
import type { LockingRead } from '../session.js';
import type { SqlRow, SqlValue } from '../sql-value.js';
import { toSqlValue } from '../sql-value.js';
import type { Statement } from '../statement.js';
import { loadTimer } from '../timers.js';
import { loadUserTask } from '../user-tasks.js';
import { advisoryLock, lockNumber } from './advisory-lock.js';
import type { BatchItem } from './batch.js';

/** A statement that a unit will ask, and the one that is sent in its stead along with BEGIN, which waits for no lock. */
export interface Ahead {
  readonly asked: BatchItem;
  readonly sent: BatchItem;
  /** Whether an answer without rows is one: it is none where another transaction may have locked the row. */
  readonly knowsAbsence: boolean;
}

/** What a unit will ask first. */
export interface FirstReads {
  readonly reads: readonly Ahead[];
  /** Locks and reads the instance that the unit is about, where its id is not known before. */
  readonly instance?: BatchItem;
}

export function firstReadsOf(firstRead: FirstRead): FirstReads {
  const { kind, tenantId } = firstRead;
  switch (kind) {
    case 'job':
      return locking(loadJob.postgres, [firstRead.id, tenantId]);
    case 'timer':
      return locking(loadTimer.postgres, [firstRead.id, tenantId]);
    case 'userTask':
      return locking(loadUserTask.postgres, [firstRead.id, tenantId]);
    case 'delivery':
      return { reads: [plain(lockDelivery.postgres, [deliverySequence(firstRead.id)])] };
    case 'latestProcessDefinition':
      return locking(latestDefinition.postgres, [tenantId, firstRead.id]);
    case 'messageSubscription': {
      const parameters = [tenantId, firstRead.messageName, firstRead.correlationKey].map(toSqlValue);
      return { reads: [plain(findReceiver, parameters)], instance: { statement: loadReceiver, parameters } };
    }
    default:
      return kind satisfies never;
  }
}

/**
 * The claim of an `Idempotency-Key` and the look for its record, in this order. To be asked for one unit of a transaction only: the
 * claim of a second one would succeed, and what the first one writes would not be seen.
 */
export function idempotencyReadsOf(scope: IdempotencyScope): readonly Ahead[] {
  return [
    plain(advisoryLock.trying, [lockNumber(idempotencyLock(scope))]),
    plain(findIdempotency, idempotencyKeyOf(scope).map(toSqlValue)),
  ];
}

function locking({ waiting, skipping }: LockingRead, key: readonly string[]): FirstReads {
  const parameters = key.map(toSqlValue);
  const asked = { statement: waiting, parameters };
  return { reads: [{ asked, sent: { statement: skipping, parameters }, knowsAbsence: false }] };
}

function plain(statement: Statement, parameters: readonly SqlValue[]): Ahead {
  const asked = { statement, parameters };
  return { asked, sent: asked, knowsAbsence: true };
}

/** What was read along with BEGIN: the answer to each of those very statements, once, as long as the unit has written nothing. */
export class ReadAhead {
  #answers: { readonly asked: BatchItem; readonly rows: readonly SqlRow[] }[] = [];

  add({ asked, knowsAbsence }: Ahead, rows: readonly SqlRow[]): void {
    if (rows.length > 0 || knowsAbsence) this.#answers.push({ asked, rows });
  }

  take(statement: Statement, parameters: readonly SqlValue[]): readonly SqlRow[] | undefined {
    const index = this.#answers.findIndex(
      ({ asked }) =>
        asked.statement === statement &&
        asked.parameters.every((parameter, place) => parameter === parameters[place]),
    );
    if (index < 0) return undefined;
    const [answer] = this.#answers.splice(index, 1);
    return answer?.rows;
  }

  forget(): void {
    this.#answers = [];
  }
}
