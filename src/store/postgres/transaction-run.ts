import { failpoint } from '../../platform/failpoints.js';
import {
  type IdempotencyScope,
  OutcomeUnknown,
  type ProcessInstanceRow,
  StoreUnavailable,
  type Transaction,
  TransactionConflict,
  type WorkOptions,
} from '../../runtime/ports.js';
import { idempotencyKeyOf } from '../idempotency.js';
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
import { type FirstReads, firstReadsOf, idempotencyReadsOf, ReadAhead } from './first-read.js';
import { NeedsOwnTransaction, PostgresSession, WriteBuffer } from './postgres-session.js';

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

/** Units that are run one after the other: those about one instance, or one unit. */
export interface Party {
  /** What the first one will read first is read along with BEGIN. */
  readonly units: readonly PartyUnit[];
  /** The instance that the units are about: locked and read along with BEGIN. */
  readonly instanceId: string | undefined;
}

export interface PartyUnit extends Omit<WorkOptions, 'instanceId'> {
  readonly work: Work;
}

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
  /**
   * Whether units wait for what other transactions have locked. In a transaction that several parties share none does: a unit that would have to
   * has no outcome, nor have those of its party behind it.
   */
  readonly waits: boolean;
  readonly unitTimeMs: number;
  readonly meter: StoreMeter | undefined;
}

/**
 * Runs units of work, one after the other, in one transaction, and commits what has succeeded: usually in two round trips,
 * BEGIN with the clock and the instances, and all writes with COMMIT. A unit that throws takes back its own writes.
 * Answers the outcomes of each party's units, as far as they were run.
 * When this throws, nothing has been committed. @throws OutcomeUnknown when the connection was lost during the COMMIT
 */
export async function runTransaction(
  parties: readonly Party[],
  options: TransactionOptions,
): Promise<readonly (readonly UnitOutcome[])[]> {
  const { connection, waits } = options;
  const group = new InstanceGroup(options.cache, { trustsCache: false });
  const { now, begun } = await beginTransaction(parties, group, options);
  const buffer = new WriteBuffer(connection);
  const outcomes: (readonly UnitOutcome[])[] = [];
  for (const { units, readAhead, instanceId, instance } of begun) {
    // A unit of another party has changed the instance, and perhaps what else is the instance's.
    if (instanceId !== undefined && group.find(instanceId) !== instance) readAhead.forget();
    const ran: UnitOutcome[] = [];
    for (const [index, { work }] of units.entries()) {
      const session = new PostgresSession(buffer, {
        now,
        waits,
        ...(index === 0 ? { readAhead } : {}),
      });
      const outcome = await runUnit(work, group, session, buffer, options.unitTimeMs);
      if (outcome === undefined) break;
      ran.push(outcome);
    }
    outcomes.push(ran);
  }
  const session = new PostgresSession(buffer, { now, waits });
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
  const units = outcomes.reduce((sum, ran) => sum + ran.length, 0);
  options.meter?.committed(units, performance.now() - began);
  failpoint('after-commit');
  group.committed();
  return outcomes;
}

/** The server's word that it crashes overtakes its answers. */
const crashShutdown = '57P02';
/** The class of its words that it ends a connection or itself, which it says at the end of a commit too: that is done then. */
const operatorIntervention = '57P';

function isLossAtCommit(error: unknown): boolean {
  if (!(error instanceof StatementFailed)) return error instanceof StoreUnavailable;
  const { item, databaseError } = error;
  const code = databaseError.code ?? '';
  const isAtCommit = item === commit && code.startsWith(operatorIntervention);
  // No statement has failed: all were answered, the COMMIT too.
  return item === undefined || isAtCommit || code === crashShutdown;
}

interface BegunParty {
  /** None, where the instance is not to be had without waiting. */
  readonly units: readonly PartyUnit[];
  readonly readAhead: ReadAhead;
  readonly instanceId: string | undefined;
  /** As it was read along with BEGIN, unless its document was left out. */
  readonly instance: ProcessInstanceRow | undefined;
}

async function beginTransaction(
  parties: readonly Party[],
  group: InstanceGroup,
  { connection, now, waits }: TransactionOptions,
): Promise<{ readonly now: number; readonly begun: readonly BegunParty[] }> {
  const isLone = loneScopes(parties);
  const asked = parties.map((party) => readsAheadOf(party, group, { waits, isLone }));
  const [, clock, ...answers] = await connection.run([
    begin,
    readClock,
    ...asked.flatMap(({ instance, reads }) => [
      ...(instance ? [instance] : []),
      ...reads.map(({ sent }) => sent),
    ]),
  ]);
  return {
    now: now === undefined ? integerOf(clock?.rows[0]?.[0]) : now(),
    begun: parties.map(({ units, instanceId }, index) => {
      const { instance: asksInstance, reads = [] } = asked[index] ?? {};
      const row = asksInstance && answers.shift()?.rows[0];
      const readAhead = new ReadAhead();
      for (const read of reads) readAhead.add(read, answers.shift()?.rows ?? []);
      const id = instanceId ?? row?.[0]?.toString();
      // Of a message's instance that is locked but not known the document was left out: its unit reads it, where the cache has none.
      const isKnown = instanceId === undefined ? row?.at(-1) !== null : row !== undefined || waits;
      if (id !== undefined && !group.has(id) && isKnown) group.adopt(id, row);
      const isHere = waits || asksInstance === undefined || row !== undefined;
      return {
        units: isHere ? units : [],
        readAhead,
        instanceId: id,
        instance: id === undefined ? undefined : group.find(id),
      };
    }),
  };
}

/**
 * What is sent along with BEGIN for a party: for its instance first, since what is read after the lock holds as long as that. An instance
 * that is not known by its id is left alone by a unit that waits: it may ask for another lock before that one, as its like do.
 */
function readsAheadOf(
  { units: [first], instanceId }: Party,
  group: InstanceGroup,
  { waits, isLone }: { readonly waits: boolean; isLone(scope: IdempotencyScope): boolean },
): FirstReads {
  const { idempotency, firstRead } = first ?? {};
  const claims = idempotency !== undefined && isLone(idempotency) ? idempotencyReadsOf(idempotency) : [];
  const { reads = [], instance }: Partial<FirstReads> =
    firstRead === undefined ? {} : firstReadsOf(firstRead);
  const all = [...claims, ...reads];
  if (instanceId === undefined) return { reads: all, ...(instance && !waits && { instance }) };
  const load = waits ? loadInstance.postgres.waiting : loadInstance.postgres.skipping;
  return {
    reads: all,
    instance: { statement: load, parameters: [instanceId, group.knownRevision(instanceId)] },
  };
}

/** Answers whether only one unit of these has the `Idempotency-Key`. */
function loneScopes(parties: readonly Party[]): (scope: IdempotencyScope) => boolean {
  const keyOf = (scope: IdempotencyScope): string => JSON.stringify(idempotencyKeyOf(scope));
  const counts = new Map<string, number>();
  for (const { idempotency } of parties.flatMap(({ units }) => units)) {
    if (idempotency === undefined) continue;
    const key = keyOf(idempotency);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return (scope) => counts.get(keyOf(scope)) === 1;
}

/** Answers nothing when the unit is to be run by itself. */
async function runUnit(
  work: Work,
  group: InstanceGroup,
  session: PostgresSession,
  buffer: WriteBuffer,
  unitTimeMs: number,
): Promise<UnitOutcome | undefined> {
  const instances = new InstanceUnit(group, session);
  const tx = new UnitTransaction(session, instances);
  const timeLimit = new UnitTimeLimit(unitTimeMs);
  try {
    const value = await timeLimit.bound(work(tx));
    if (buffer.failure !== undefined) throw buffer.failure;
    if (session.needsOwnTransaction) throw new NeedsOwnTransaction('The unit has gone on.');
    instances.succeed();
    return { ok: true, value, actions: tx.actions };
  } catch (error) {
    if (buffer.failure !== undefined) throw buffer.failure;
    // It may still be using the connection.
    if (error instanceof UnitTimedOut) throw error;
    // It wants to begin again, which needs a transaction that sees what was committed meanwhile, and has no locks.
    if (error instanceof TransactionConflict) throw error;
    if (!session.takeBack()) {
      // What it has failed with is not its outcome: it has none yet.
      if (session.needsOwnTransaction)
        throw new TransactionConflict('A unit would wait for another transaction.');
      throw new SharedTransactionSpoilt('A unit failed.', { cause: error });
    }
    instances.rollBack();
    return session.needsOwnTransaction ? undefined : { ok: false, error };
  } finally {
    timeLimit.end();
    session.close();
  }
}
