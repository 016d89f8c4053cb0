import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../../platform/logger.js';
import type { RateBuckets } from '../../platform/rate-buckets.js';
import {
  type FirstRead,
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
import { type Failure, failureOf } from './postgres-errors.js';
import type { StoreLoad, StoreMeter } from '../store-metrics.js';
import { createPostgresRateBuckets } from './postgres-rate-buckets.js';
import { runTransaction, SharedTransactionSpoilt, type UnitOutcome, type Work } from './transaction-run.js';

/** How often a unit is run before conflicts with others are given up. */
const attemptsMax = 10;
/** The pause before the second attempt; each later one may be longer by as much. */
const pauseMs = 10;
/** Units about one instance that share a transaction. */
const togetherMax = 100;

const ping = statement('SELECT 1');
const rollBack = statement('ROLLBACK');

interface QueuedUnit {
  readonly work: Work;
  readonly firstRead: FirstRead | undefined;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** A store over PostgreSQL, which any number of nodes share. */
export class PostgresStore implements Store {
  readonly isSerial = false;
  readonly queries: Queries;
  readonly rateBuckets: RateBuckets;
  readonly #url: string;
  readonly #pool: ConnectionPool;
  readonly #cache = new InstanceCache();
  readonly #queues: InstanceQueues<QueuedUnit>;
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
    this.#pool = new ConnectionPool(url, {
      ...{ logger, onConnectionLost },
      ...(answerTimeMs === undefined ? {} : { answerTimeMs }),
    });
    this.#queues = new InstanceQueues(togetherMax, (units, instanceId) => this.#run(units, instanceId));
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
      const { instanceId, firstRead } = options;
      const unit: QueuedUnit = { work, firstRead, resolve: (value) => resolve(value as T), reject };
      this.#open.add(unit);
      const done =
        instanceId === undefined ? this.#run([unit], undefined) : this.#queues.add(instanceId, unit);
      done.catch((error: unknown) => this.#logger.error({ err: error }, 'a unit of work was not answered'));
    });
  }

  async ping(): Promise<void> {
    await this.#reader.readAll([{ statement: ping, parameters: [] }]);
  }

  load(): StoreLoad {
    return { units: this.#open.size, connections: this.#pool.counts };
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
    await this.#pool.close();
  }

  /** Runs units in one transaction; those that spoil it for each other, each in its own. Settles every unit. */
  async #run(units: readonly QueuedUnit[], instanceId: string | undefined): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const ended = await this.#attempt(units, instanceId);
      if (ended.ok) return this.#settle(units, ended.outcomes);
      const failure = failureOf(ended.error);
      if (units.length > 1 && (failure.kind !== 'unavailable' || failure.error instanceof UnitTimedOut)) {
        for (const unit of units) await this.#run([unit], instanceId);
        return;
      }
      if (failure.kind !== 'conflict' || attempt === attemptsMax) {
        const error = reportedError(failure);
        return this.#settle(
          units,
          units.map(() => ({ ok: false, error })),
        );
      }
      await pause(Math.random() * pauseMs * attempt);
    }
  }

  async #attempt(
    units: readonly QueuedUnit[],
    instanceId: string | undefined,
  ): Promise<
    | { readonly ok: true; readonly outcomes: readonly UnitOutcome[] }
    | { readonly ok: false; readonly error: unknown }
  > {
    let connection: PooledConnection | undefined;
    try {
      connection = await this.#pool.connect();
      const options = {
        connection,
        cache: this.#cache,
        now: this.#now,
        instanceId,
        firstRead: units[0]?.firstRead,
        unitTimeMs: this.#unitTimeMs,
        meter: this.#meter,
      };
      const outcomes = await runTransaction(
        units.map(({ work }) => work),
        options,
      );
      connection.release(false);
      return { ok: true, outcomes };
    } catch (error) {
      if (connection !== undefined) await endTransaction(connection, error);
      return { ok: false, error };
    }
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

/** What the caller gets to see: its own error, or one that says to come again. */
function reportedError({ kind, error }: Failure): unknown {
  if (kind === 'conflict') {
    const expected = `Expected a unit of work to succeed within ${attemptsMax} attempts`;
    return new StoreUnavailable(`${expected} but each was in conflict with another.`, { cause: error });
  }
  return error instanceof SharedTransactionSpoilt ? error.cause : error;
}

/** Rolls back and gives the connection back, or ends it when it is lost or a unit may still be using it. */
async function endTransaction(connection: PooledConnection, error: unknown): Promise<void> {
  if (failureOf(error).kind === 'unavailable') return connection.release(true);
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
