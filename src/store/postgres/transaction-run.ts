import { type Transaction, TransactionConflict } from '../../runtime/ports.js';
import type { InstanceCache } from '../instance-cache.js';
import { InstanceGroup, InstanceUnit } from '../instance-unit.js';
import { UnitTimedOut, withinUnitTime } from '../overload.js';
import { loadInstance } from '../process-instances.js';
import { integerOf } from '../sql-value.js';
import { statement } from '../statement.js';
import { UnitTransaction } from '../unit-transaction.js';
import type { BatchItem } from './batch.js';
import type { PooledConnection } from './connection-pool.js';
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
  readonly unitTimeMs: number;
}

/**
 * Runs units of work, one after the other, in one transaction, and commits what has succeeded: usually in two round trips,
 * BEGIN with the clock and the instance, and all writes with COMMIT. A unit that throws takes back its own writes.
 * When this throws, nothing has been committed, or (connection lost during the COMMIT) nobody knows.
 */
export async function runTransaction(
  works: readonly Work[],
  options: TransactionOptions,
): Promise<readonly UnitOutcome[]> {
  const group = new InstanceGroup(options.cache, { trustsCache: false });
  const now = await beginTransaction(group, options);
  const buffer = new WriteBuffer(options.connection);
  const outcomes: UnitOutcome[] = [];
  for (const work of works) {
    outcomes.push(await runUnit(work, group, new PostgresSession(buffer, now), buffer, options.unitTimeMs));
  }
  const session = new PostgresSession(buffer, now);
  group.flush(session);
  session.close();
  const [ended] = await buffer.send([commit]);
  if (ended?.tag !== 'COMMIT') throw new Error(`Expected the transaction to commit but found ${ended?.tag}.`);
  group.committed();
  return outcomes;
}

async function beginTransaction(group: InstanceGroup, options: TransactionOptions): Promise<number> {
  const { connection, instanceId, now } = options;
  const items = [begin, readClock];
  if (instanceId !== undefined) {
    const parameters = [instanceId, group.knownRevision(instanceId)];
    items.push({ statement: loadInstance.postgres, parameters });
  }
  const [, clock, instance] = await connection.run(items);
  if (instanceId !== undefined) group.adopt(instanceId, instance?.rows[0]);
  return now === undefined ? integerOf(clock?.rows[0]?.[0]) : now();
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
  try {
    const value = await withinUnitTime(work(tx), unitTimeMs);
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
    session.close();
  }
}
