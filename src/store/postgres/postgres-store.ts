import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../../platform/logger.js';
import type { RateBuckets } from '../../platform/rate-buckets.js';
import {
  type Hint,
  type HintLine,
  type Queries,
  type Store,
  StoreUnavailable,
  type Transaction,
  type WorkOptions,
} from '../../runtime/ports.js';
import { postgresDialect } from '../dialect.js';
import { InstanceCache } from '../instance-cache.js';
import { queuedUnitsMax, StoreOverloaded, unitTimeMaxMs, UnitTimedOut } from '../overload.js';
import { createQueries } from '../queries/queries.js';
import type { Reader } from '../session.js';
import { statement } from '../statement.js';
import { ConnectionPool, type PooledConnection } from './connection-pool.js';
import { PostgresHintLine } from './hint-line.js';
import { InstanceQueues } from './instance-queues.js';
import { Lanes } from './lanes.js';
import { type Failure, failureOf, StatementUnavailable } from './postgres-errors.js';
import type { StoreLoad, StoreMeter } from '../store-metrics.js';
import { createPostgresRateBuckets } from './postgres-rate-buckets.js';
import {
  type Party,
  type PartyUnit,
  runTransaction,
  SharedTransactionSpoilt,
  type UnitOutcome,
} from './transaction-run.js';

/** How often a unit is run before conflicts with others are given up. */
const attemptsMax = 10;
/** The pause before the second attempt; each later one may be longer by as much. */
const pauseMs = 10;
/** Units about one instance that share a transaction. */
const togetherMax = 100;

const ping = statement('SELECT 1');
const rollBack = statement('ROLLBACK');

/** How many connections one node has; PostgreSQL serves 100 in all unless told otherwise. */
const connectionsMax = 16;
/** Transactions at a time of work that shares them: enough that one is sent while others wait for their commits. */
const lanesMax = 4;
/** Instances in one such transaction. */
const partiesMax = 32;

interface QueuedUnit extends PartyUnit {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Units about one instance, in their order, or one unit about none yet. */
interface QueuedParty extends Party {
  readonly units: readonly QueuedUnit[];
  /** All units have been answered. */
  settled(): void;
}

/** A store over PostgreSQL, which any number of nodes share. */
export class PostgresStore implements Store {
  readonly isSerial = false;
  readonly queries: Queries;
  readonly rateBuckets: RateBuckets;
  readonly #url: string;
  /** For reads, and for units that run alone. */
  readonly #pool: ConnectionPool;
  /** For what the lanes run: units that run alone may wait for locks, and hold up nobody but their like. */
  readonly #lanePool: ConnectionPool;
  readonly #cache = new InstanceCache();
  readonly #queues: InstanceQueues<QueuedUnit>;
  readonly #lanes: Lanes<QueuedParty>;
  readonly #reader: Reader;
  readonly #now: (() => number) | undefined;
  readonly #logger: Logger;
  readonly #unitTimeMs: number;
  readonly #meter: StoreMeter | undefined;
  readonly #open = new Set<QueuedUnit>();
  #closed = false;
  #idle: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    url: string,
    options: {
      readonly now: (() => number) | undefined;
      readonly logger: Logger;
      readonly unitTimeMs?: number;
      readonly answerTimeMs?: number;
      readonly meter?: StoreMeter;
    },
  ) {
    this.#meter = options.meter;
    this.#url = url;
    this.#now = options.now;
    this.#logger = options.logger;
    this.#unitTimeMs = options.unitTimeMs ?? unitTimeMaxMs;
    // The next connection may lead to another server, which took over from this one without its last commits.
    const onConnectionLost = (): void => this.#cache.clear();
    const { logger, answerTimeMs } = options;
    const openPool = (connectionsMax: number): ConnectionPool =>
      new ConnectionPool(url, {
        ...{ logger, onConnectionLost, connectionsMax },
        ...(answerTimeMs === undefined ? {} : { answerTimeMs }),
      });
    this.#pool = openPool(connectionsMax - lanesMax);
    this.#lanePool = openPool(lanesMax);
    this.#queues = new InstanceQueues(togetherMax, (units, instanceId) => this.#share(units, instanceId));
    const runTogether = (parties: readonly QueuedParty[]): Promise<void> => this.#runTogether(parties);
    this.#lanes = new Lanes({ lanesMax, partiesMax, runTogether });
    this.#reader = createPostgresReader(this.#pool);
    this.queries = createQueries(this.#reader);
    this.rateBuckets = createPostgresRateBuckets(this.#reader, () => performance.now());
  }

  transact<T>(work: (tx: Transaction) => Promise<T>, options: WorkOptions = {}): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreUnavailable('The store is closed.'));
    if (this.#open.size >= queuedUnitsMax) {
      const expected = `Expected fewer than ${queuedUnitsMax} units of work to wait for the database`;
      return Promise.reject(new StoreOverloaded(`${expected} but there are as many.`));
    }
    return new Promise<T>((resolve, reject) => {
      const { instanceId, ...reads } = options;
      const unit: QueuedUnit = { work, ...reads, resolve: (value) => resolve(value as T), reject };
      this.#open.add(unit);
      this.#begin(unit, instanceId).catch((error: unknown) =>
        this.#logger.error({ err: error }, 'a unit of work was not answered'),
      );
    });
  }

  /** Work of which it is known what it is about shares transactions; other work has its own. */
  #begin(unit: QueuedUnit, instanceId: string | undefined): Promise<void> {
    if (instanceId !== undefined) return this.#queues.add(instanceId, unit);
    if (unit.firstRead !== undefined) return this.#share([unit], undefined);
    return this.#runAlone([unit], undefined);
  }

  #share(units: readonly QueuedUnit[], instanceId: string | undefined): Promise<void> {
    return new Promise((settled) => {
      this.#lanes.add({ units, instanceId, settled });
    });
  }

  async ping(): Promise<void> {
    await this.#reader.readAll([{ statement: ping, parameters: [] }]);
  }

  load(): StoreLoad {
    return { units: this.#open.size, connections: sumOf(this.#pool.counts, this.#lanePool.counts) };
  }

  openHints(heard: (hint: Hint) => void): HintLine {
    return new PostgresHintLine({ url: this.#url, logger: this.#logger, heard });
  }

  close(): Promise<void> {
    this.#closed = true;
    return (this.#closing ??= this.#finish());
  }

  async #finish(): Promise<void> {
    if (this.#open.size > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    await Promise.all([this.#pool.close(), this.#lanePool.close()]);
  }

  /** Runs parties in one transaction; those that spoil it for each other, or would have to wait in it, each in its own. Settles all. */
  async #runTogether(parties: readonly QueuedParty[]): Promise<void> {
    const ended = await this.#attempt(parties, { waits: false });
    if (!ended.ok) {
      const failure = failureOf(ended.error);
      const isOneUnit = parties.length === 1 && parties[0]?.units.length === 1;
      const isFinal = isOneUnit
        ? failure.kind !== 'conflict'
        : isOfOthersToo(failure) && !(failure.error instanceof StatementUnavailable);
      for (const party of parties) {
        if (isFinal) this.#settleAll(party.units, failure);
        this.#goOnAlone(party, isFinal ? [] : party.units);
      }
      return;
    }
    parties.forEach((party, index) => {
      const outcomes = ended.outcomes[index] ?? [];
      this.#settle(party.units.slice(0, outcomes.length), outcomes);
      this.#goOnAlone(party, party.units.slice(outcomes.length));
    });
  }

  /** The lane does not wait for it. */
  #goOnAlone({ instanceId, settled }: QueuedParty, left: readonly QueuedUnit[]): void {
    if (left.length === 0) return settled();
    this.#runAlone(left, instanceId)
      .catch((error: unknown) => this.#logger.error({ err: error }, 'a unit of work was not answered'))
      .finally(settled);
  }

  /** Runs the units of a party in one transaction; those that spoil it for each other, each in its own. Settles every unit. */
  async #runAlone(units: readonly QueuedUnit[], instanceId: string | undefined): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const ended = await this.#attempt([{ units, instanceId }], { waits: true });
      if (ended.ok) return this.#settle(units, ended.outcomes[0] ?? []);
      const failure = failureOf(ended.error);
      if (units.length > 1 && !isOfOthersToo(failure)) {
        for (const unit of units) await this.#runAlone([unit], instanceId);
        return;
      }
      if (failure.kind !== 'conflict' || attempt === attemptsMax) return this.#settleAll(units, failure);
      await pause(Math.random() * pauseMs * attempt);
    }
  }

  async #attempt(
    parties: readonly Party[],
    { waits }: { readonly waits: boolean },
  ): Promise<
    | { readonly ok: true; readonly outcomes: readonly (readonly UnitOutcome[])[] }
    | { readonly ok: false; readonly error: unknown }
  > {
    let connection: PooledConnection | undefined;
    try {
      connection = await (waits ? this.#pool : this.#lanePool).connect();
      const outcomes = await runTransaction(parties, {
        connection,
        waits,
        cache: this.#cache,
        now: this.#now,
        unitTimeMs: this.#unitTimeMs,
        meter: this.#meter,
      });
      connection.release(false);
      return { ok: true, outcomes };
    } catch (error) {
      if (connection !== undefined) await endTransaction(connection, error);
      return { ok: false, error };
    }
  }

  #settleAll(units: readonly QueuedUnit[], failure: Failure): void {
    const error = reportedError(failure);
    this.#settle(
      units,
      units.map(() => ({ ok: false, error })),
    );
  }

  #settle(units: readonly QueuedUnit[], outcomes: readonly UnitOutcome[]): void {
    units.forEach((unit, index) => {
      const outcome = outcomes[index];
      this.#open.delete(unit);
      if (outcome?.ok === true) {
        this.#runActions(outcome.actions);
        unit.resolve(outcome.value);
      } else unit.reject(outcome?.error);
    });
    if (this.#open.size === 0) this.#idle?.();
  }

  #runActions(actions: readonly (() => void)[]): void {
    for (const action of actions) {
      try {
        action();
      } catch (error) {
        this.#logger.error({ err: error }, 'an action after a commit failed');
      }
    }
  }
}

type ConnectionCounts = ConnectionPool['counts'];

function sumOf(one: ConnectionCounts, other: ConnectionCounts): ConnectionCounts {
  return {
    total: one.total + other.total,
    idle: one.idle + other.idle,
    waiting: one.waiting + other.waiting,
  };
}

/** Whether each unit of the transaction would have failed so by itself: the database is away, whoever asks. */
function isOfOthersToo({ kind, error }: Failure): boolean {
  return kind === 'unavailable' && !(error instanceof UnitTimedOut);
}

/** What the caller gets to see: its own error, or one that says to come again. */
function reportedError({ kind, error }: Failure): unknown {
  if (kind === 'conflict') {
    const expected = `Expected a unit of work to succeed within ${attemptsMax} attempts`;
    return new StoreUnavailable(`${expected} but each was in conflict with another.`, { cause: error });
  }
  return error instanceof SharedTransactionSpoilt ? error.cause : error;
}

/**
 * Rolls back and gives the connection back, or ends it when it is lost or a unit may still be using it. A transaction that is rolled back
 * has no locks any more; one whose connection was ended may have them for a moment, so that a unit that is run again would find its own
 * `Idempotency-Key` claimed.
 */
async function endTransaction(connection: PooledConnection, error: unknown): Promise<void> {
  const failure = failureOf(error);
  const isUsable = failure.kind !== 'unavailable' || failure.error instanceof StatementUnavailable;
  if (!isUsable) return connection.release(true);
  try {
    await connection.run([{ statement: rollBack, parameters: [] }]);
    connection.release(false);
  } catch {
    // The connection is lost, and with it the transaction.
    connection.release(true);
  }
}

function createPostgresReader(pool: ConnectionPool): Reader {
  return {
    dialect: postgresDialect,
    async readAll(reads) {
      const results = await pool.run(reads);
      return results.map(({ rows }) => rows);
    },
  };
}
