import pg from 'pg';
import type { Logger } from '../../platform/logger.js';
import { type BatchItem, type BatchResult, runBatch, StatementFailed } from './batch.js';
import { statement } from '../statement.js';
import { failureOf, unavailable } from './postgres-errors.js';

/** A connection that one unit of work has for itself. */
export interface PooledConnection {
  /** @throws StatementFailed, or StoreUnavailable when the connection is lost. */
  run(items: readonly BatchItem[]): Promise<readonly BatchResult[]>;
  /** Gives it back; `broken` ends it, so that nobody inherits its transaction. */
  release(broken: boolean): void;
}

/** How long a unit of work waits for a connection. */
const connectTimeMaxMs = 10_000;
/** How long a connection without work is kept, with its prepared statements. */
const idleTimeMaxMs = 60_000;
/** Bounds on the server's side, for a node that hangs or is cut off: its locks are everybody's trouble. */
const lockTimeMaxMs = 10_000;
const statementTimeMaxMs = 25_000;
const idleInTransactionMaxMs = 60_000;
/** How long an answer is waited for: longer than any statement may take. Then the server is gone, or the way to it. */
const answerTimeMaxMs = 30_000;

/**
 * Statements are prepared once for each connection, and keep the plan of that time: on a table that is small then and grows it must be one
 * by an index. It is made for whatever parameters: to look at each time's again costs as much as to activate some jobs. To compile a plan
 * takes longer than any of ours runs.
 */
export const sessionOptions = '-c enable_seqscan=off -c jit=off -c plan_cache_mode=force_generic_plan';

/** What is sent around a batch in which there is a search, which is planned for what it looks for: a value may be frequent or rare. */
const beforeSearch: BatchItem = {
  statement: statement('SET plan_cache_mode = force_custom_plan'),
  parameters: [],
};
/** A batch that fails takes the setting back itself. */
const afterSearch: BatchItem = {
  statement: statement('SET plan_cache_mode = force_generic_plan'),
  parameters: [],
};

/**
 * How old the plans of a connection may be when it is taken: then they are forgotten, since of indexes of an empty table any is as good as the
 * right one. Planning costs about a tenth of a millisecond for each statement, so each time is twice as long as the one before.
 */
const plansKeptMs = { first: 1_000, longest: 60_000 };
const discardPlans: BatchItem = { statement: statement('DISCARD PLANS'), parameters: [] };

/** Connections to PostgreSQL. Those that are lost are replaced when they are needed again. */
export class ConnectionPool {
  readonly #pool: pg.Pool;
  readonly #answerTimeMs: number;
  readonly #elapsed: () => number;
  readonly #plans = new WeakMap<pg.ClientBase, { readonly keptMs: number; readonly oldAt: number }>();

  constructor(
    url: string,
    options: {
      readonly logger: Logger;
      readonly connectionsMax: number;
      readonly answerTimeMs?: number;
      /** Milliseconds since any moment; default: `performance.now`. */
      readonly elapsed?: () => number;
      onConnectionLost(): void;
    },
  ) {
    this.#answerTimeMs = options.answerTimeMs ?? answerTimeMaxMs;
    this.#elapsed = options.elapsed ?? (() => performance.now());
    this.#pool = new pg.Pool({
      connectionString: url,
      max: options.connectionsMax,
      connectionTimeoutMillis: connectTimeMaxMs,
      idleTimeoutMillis: idleTimeMaxMs,
      lock_timeout: lockTimeMaxMs,
      statement_timeout: statementTimeMaxMs,
      idle_in_transaction_session_timeout: idleInTransactionMaxMs,
      application_name: 'throughline',
      options: sessionOptions,
      keepAlive: true,
    });
    const lost = (error: Error): void => {
      options.logger.warn({ err: error }, 'a connection to PostgreSQL was lost');
      options.onConnectionLost();
    };
    // Without a listener the loss of an idle connection, or of one in use, ends the process.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', lost));
  }

  /** @throws StoreUnavailable when there is no connection to be had. */
  async connect(): Promise<PooledConnection> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw unavailable(error);
    });
    const forget = this.#plansAreOld(client) ? [discardPlans] : [];
    return {
      run: (items) => {
        const searches = items.some(({ statement }) => statement.isComposed);
        const first = [...forget.splice(0), ...(searches ? [beforeSearch] : [])];
        const all = [...first, ...items, ...(searches ? [afterSearch] : [])];
        return answered(runBatch(client, all), this.#answerTimeMs).then(
          (results) => results.slice(first.length, first.length + items.length),
          (error: unknown) => {
            throw error instanceof StatementFailed ? error : unavailable(error);
          },
        );
      },
      release: (broken) => client.release(broken),
    };
  }

  #plansAreOld(client: pg.PoolClient): boolean {
    const now = this.#elapsed();
    const plans = this.#plans.get(client);
    if (plans !== undefined && now < plans.oldAt) return false;
    const keptMs = plans === undefined ? plansKeptMs.first : Math.min(2 * plans.keptMs, plansKeptMs.longest);
    this.#plans.set(client, { keptMs, oldAt: now + keptMs });
    return plans !== undefined;
  }

  /** Runs a batch on a connection of its own. @throws StoreUnavailable */
  async run(items: readonly BatchItem[]): Promise<readonly BatchResult[]> {
    const connection = await this.connect();
    try {
      const results = await connection.run(items);
      connection.release(false);
      return results;
    } catch (error) {
      const failure = failureOf(error);
      connection.release(failure.kind === 'unavailable');
      throw failure.error;
    }
  }

  /** Connections, those that nobody uses, and how many wait for one. */
  get counts(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { total, idle, waiting };
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

/** Rejects when the answer does not come in time. Whoever asked ends the connection then. */
async function answered<T>(answer: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
