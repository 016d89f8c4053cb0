import { StorageFull, StoreUnavailable, TransactionConflict } from '../../runtime/ports.js';
import { RevisionConflict } from '../statement.js';
import { StatementFailed } from './batch.js';

/** Serialization failure and deadlock: the transaction would succeed if it ran again. */
const conflictCodes: readonly string[] = ['40001', '40P01'];

const divisionByZero = '22012';

const diskFull = '53100';

/**
 * SQLSTATE classes and codes by which the database says that it cannot work for now: connection lost, no resources left
 * (connections, memory, disk), operator's intervention (shutdown), and a standby that takes no writes.
 */
const unavailableCodes: readonly string[] = ['08', '53', '57', '25006', '25P03'];

/**
 * Those that a statement may owe to its own rows, while others can be done: a lock not to be had in time, a statement that took
 * too long, a file that cannot be read, a page or an index that is damaged.
 */
const statementCodes: readonly string[] = ['55P03', '57014', '58', 'XX'];

/** The database cannot do a statement for now: that of one unit, whoever shares the transaction with it. */
export class StatementUnavailable extends StoreUnavailable {}

/** What an error of a batch means for the unit of work. */
export type Failure =
  | { readonly kind: 'unavailable'; readonly error: StoreUnavailable }
  | { readonly kind: 'conflict'; readonly error: Error }
  | { readonly kind: 'refused'; readonly error: unknown };

/** Sorts what `runBatch` and the pool throw; everything that is not the database's word is a lost connection. */
export function failureOf(error: unknown): Failure {
  if (error instanceof StoreUnavailable) return { kind: 'unavailable', error };
  if (error instanceof RevisionConflict || error instanceof TransactionConflict)
    return { kind: 'conflict', error };
  if (!(error instanceof StatementFailed)) return { kind: 'refused', error };
  const code = error.databaseError.code ?? '';
  if (conflictCodes.includes(code)) return { kind: 'conflict', error };
  if (code === divisionByZero && error.item?.statement.changesOneRow === true) {
    return {
      kind: 'conflict',
      error: new RevisionConflict('The row has been saved by another.', { cause: error }),
    };
  }
  if (statementCodes.some((prefix) => code.startsWith(prefix))) {
    const reason = `PostgreSQL cannot be used: ${error.message}.`;
    return { kind: 'unavailable', error: new StatementUnavailable(reason, { cause: error }) };
  }
  if (unavailableCodes.some((prefix) => code.startsWith(prefix))) {
    const full = `PostgreSQL cannot save: ${error.message}.`;
    return {
      kind: 'unavailable',
      error: code === diskFull ? new StorageFull(full, { cause: error }) : unavailable(error),
    };
  }
  return { kind: 'refused', error };
}

/** {@link StoreUnavailable} for a connection that could not be made or was lost. */
export function unavailable(cause: unknown): StoreUnavailable {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreUnavailable(`PostgreSQL cannot be used: ${reason}.`, { cause });
}
