import { failpoint } from '../../platform/failpoints.js';
import {
  type FirstRead,
  OutcomeUnknown,
  StoreUnavailable,
  type Transaction,
  TransactionConflict,
} from '../../runtime/ports.js';
import type { InstanceCache } from '../instance-cache.js';
import { InstanceGroup, InstanceUnit } from '../instance-unit.js';
import { UnitTimedOut, UnitTimeLimit } from '../overload.js';
import { loadInstance } from '../process-instances.js';
import { integerOf } from '../sql-value.js';
import { statement } from '../statement.js';
import type { StoreMeter } from '../store-metrics.js';
import { UnitTransaction } from '../unit-transaction.js';
import { type BatchItem, StatementFailed } from './batch.js';
import type { PooledConnection } from './connection-pool.js';
import { firstReadItem, ReadAhead } from './first-read.js';
import { PostgresSession, WriteBuffer } from './postgres-session.js';

const begin: BatchItem = {
  statement: statement('BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE'),
  parameters: [],
};
const readClock: BatchItem = {
  statement: statement('SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint'),
  parameters: [],
};
const commit: BatchItem = { statement: statement('COMMIT'), parameters: [] };

export type Work = (tx: Transaction) => Promise<unknown>;

export type UnitOutcome =
  | { readonly ok: true; readonly value: unknown; readonly actions: readonly (() => void)[] }
  | { readonly ok: false; readonly error: unknown };

/** A unit failed after some of its writes had been sent, so that nothing of the transaction can stay. */
export class SharedTransactionSpoilt extends Error {
  override readonly name = 'SharedTransactionSpoilt';
}

/** What one attempt works with. */
export interface TransactionOptions {
  readonly connection: PooledConnection;
  readonly cache: InstanceCache;
  /** A clock to be used instead of the database's. */
  readonly now: (() => number) | undefined;
  /** The instance that the units are about: locked and read along with BEGIN. */
  readonly instanceId: string | undefined;
  /** What the first unit will read first: done along with BEGIN. */
  readonly firstRead: FirstRead | undefined;
  readonly unitTimeMs: number;
  readonly meter: StoreMeter | undefined;
}

/**
 * Runs units of work, one after the other, in one transaction, and commits what has succeeded: usually in two round trips,
 * BEGIN with the clock and the instance, and all writes with COMMIT. A unit that throws takes back its own writes.
 * When this throws, nothing has been committed. @throws OutcomeUnknown when the connection was lost during the COMMIT
 */
export async function runTransaction(
  works: readonly Work[],
  options: TransactionOptions,
): Promise<readonly UnitOutcome[]> {
  const group = new InstanceGroup(options.cache, { trustsCache: false });
  const { now, readAhead } = await beginTransaction(group, options);
  const buffer = new WriteBuffer(options.connection, readAhead);
  const outcomes: UnitOutcome[] = [];
  for (const work of works) {
    outcomes.push(await runUnit(work, group, new PostgresSession(buffer, now), buffer, options.unitTimeMs));
  }
  const session = new PostgresSession(buffer, now);
  group.flush(session);
  session.close();
  failpoint('before-commit');
  const began = performance.now();
  const [ended] = await buffer.send([commit]).catch((error: unknown) => {
    throw isLossAtCommit(error)
      ? new OutcomeUnknown('PostgreSQL was lost at a commit.', { cause: error })
      : error;
  });
  if (ended?.tag !== 'COMMIT') throw new Error(`Expected the transaction to commit but found ${ended?.tag}.`);
  options.meter?.committed(works.length, performance.now() - began);
  failpoint('after-commit');
  group.committed();
  return outcomes;
}

/** The server's word that it crashes may come behind the commit. */
const crashShutdown = '57P02';

function isLossAtCommit(error: unknown): boolean {
  if (error instanceof StatementFailed) return error.databaseError.code === crashShutdown;
  return error instanceof StoreUnavailable;
}

async function beginTransaction(
  group: InstanceGroup,
  options: TransactionOptions,
): Promise<{ readonly now: number; readonly readAhead: ReadAhead }> {
  const { connection, instanceId, now, firstRead } = options;
  const items = [begin, readClock];
  const first = firstRead && firstReadItem(firstRead);
  if (instanceId !== undefined) {
    const parameters = [instanceId, group.knownRevision(instanceId)];
    items.push({ statement: loadInstance.postgres, parameters });
  }
  const place = items.length;
  if (first !== undefined) items.push(first);
  const results = await connection.run(items);
  if (instanceId !== undefined) group.adopt(instanceId, results[2]?.rows[0]);
  const readAhead = new ReadAhead(first, results[place]?.rows);
  return { now: now === undefined ? integerOf(results[1]?.rows[0]?.[0]) : now(), readAhead };
}

async function runUnit(
  work: Work,
  group: InstanceGroup,
  session: PostgresSession,
  buffer: WriteBuffer,
  unitTimeMs: number,
): Promise<UnitOutcome> {
  const instances = new InstanceUnit(group, session);
  const tx = new UnitTransaction(session, instances);
  const timeLimit = new UnitTimeLimit(unitTimeMs);
  try {
    const value = await timeLimit.bound(work(tx));
    if (buffer.failure !== undefined) throw buffer.failure;
    instances.succeed();
    return { ok: true, value, actions: tx.actions };
  } catch (error) {
    if (buffer.failure !== undefined) throw buffer.failure;
    // It may still be using the connection.
    if (error instanceof UnitTimedOut) throw error;
    // It wants to begin again, which needs a transaction that sees what was committed meanwhile, and has no locks.
    if (error instanceof TransactionConflict) throw error;
    if (!session.takeBack()) throw new SharedTransactionSpoilt('A unit failed.', { cause: error });
    instances.rollBack();
    return { ok: false, error };
  } finally {
    timeLimit.end();
    session.close();
  }
}
