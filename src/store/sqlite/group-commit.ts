import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from '../../platform/logger.js';
import { StoreUnavailable, type Transaction } from '../../runtime/ports.js';
import type { InstanceCache } from '../instance-cache.js';
import { InstanceGroup, InstanceUnit } from '../instance-unit.js';
import { queuedUnitsMax, StoreOverloaded, unitTimeMaxMs, withinUnitTime } from '../overload.js';
import { statement } from '../statement.js';
import { UnitTransaction } from '../unit-transaction.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { unavailability } from './sqlite-errors.js';
import { SqliteSession } from './sqlite-session.js';

/** A group is committed when it has so many units, or has taken so long, or nobody else waits. */
const groupUnitsMax = 200;
const groupTimeMaxMs = 10;

const begin = statement('BEGIN IMMEDIATE');
const commit = statement('COMMIT');
const rollBack = statement('ROLLBACK');
const savepoint = statement('SAVEPOINT unit');
const release = statement('RELEASE unit');
const rollBackUnit = statement('ROLLBACK TO unit');

interface QueuedUnit {
  readonly work: (tx: Transaction) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A unit that was run, to be answered when the commit has succeeded. */
interface RunUnit {
  readonly unit: QueuedUnit;
  readonly outcome:
    | { readonly ok: true; readonly value: unknown; readonly actions: readonly (() => void)[] }
    | { readonly ok: false; readonly error: unknown };
}

/**
 * The one writer of a SQLite file. Units of work that arrive together share one transaction and its flush to disk; each
 * runs alone, from beginning to end, in a savepoint of its own, and is answered only after the commit. Also a unit that
 * fails waits for it: what it saw of units before it may still come to nothing.
 */
export class GroupCommit {
  readonly #connection: SqliteConnection;
  readonly #cache: InstanceCache;
  readonly #now: () => number;
  readonly #logger: Logger;
  readonly #unitTimeMs: number;
  readonly #queue: QueuedUnit[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(options: {
    readonly connection: SqliteConnection;
    readonly cache: InstanceCache;
    readonly now: () => number;
    readonly logger: Logger;
    readonly unitTimeMs?: number;
  }) {
    this.#connection = options.connection;
    this.#cache = options.cache;
    this.#now = options.now;
    this.#logger = options.logger;
    this.#unitTimeMs = options.unitTimeMs ?? unitTimeMaxMs;
  }

  /** Queues the work and answers after its commit. */
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreUnavailable('The store is closed.'));
    if (this.#queue.length >= queuedUnitsMax) {
      const expected = `Expected fewer than ${queuedUnitsMax} units of work to wait for the database`;
      return Promise.reject(new StoreOverloaded(`${expected} but there are as many.`));
    }
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, resolve: (value) => resolve(value as T), reject });
      this.#writing ??= this.#writeAll();
    });
  }

  /** Refuses new work and answers when all that was taken has been done. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
  }

  /** Goes once round the event loop before each group, so that all requests that have arrived are in it. */
  async #writeAll(): Promise<void> {
    for (await nextTurn(); this.#queue.length > 0; await nextTurn()) await this.#writeGroup();
    this.#writing = undefined;
    if (this.#queue.length > 0) this.#writing = this.#writeAll();
  }

  async #writeGroup(): Promise<void> {
    const taken: QueuedUnit[] = [];
    try {
      const ran = await this.#commitGroup(taken);
      for (const { unit, outcome } of ran) {
        if (outcome.ok) unit.resolve(outcome.value);
        else unit.reject(outcome.error);
      }
    } catch (error) {
      this.#rollBackGroup();
      const cause = unavailability(error);
      if (cause === undefined) this.#logger.error({ err: error }, 'a group of units of work failed');
      else this.#logger.warn({ err: cause }, 'the SQLite database cannot be used');
      for (const unit of taken) unit.reject(cause ?? error);
    }
  }

  /** Fills `taken` with the units it has taken from the queue, also when it throws. */
  async #commitGroup(taken: QueuedUnit[]): Promise<readonly RunUnit[]> {
    const first = this.#queue.shift();
    if (first === undefined) return [];
    taken.push(first);
    this.#connection.run(begin, []);
    const group = new InstanceGroup(this.#cache, { trustsCache: true });
    const ran: RunUnit[] = [];
    const endsAt = performance.now() + groupTimeMaxMs;
    for (let unit: QueuedUnit | undefined = first; unit !== undefined; unit = this.#queue.shift()) {
      if (unit !== first) taken.push(unit);
      ran.push({ unit, outcome: await this.#runUnit(unit, group) });
      if (taken.length >= groupUnitsMax || performance.now() >= endsAt) break;
    }
    this.#commit(group);
    for (const { outcome } of ran) if (outcome.ok) this.#runActions(outcome.actions);
    return ran;
  }

  #commit(group: InstanceGroup): void {
    const session = new SqliteSession(this.#connection, this.#now());
    group.flush(session);
    session.close();
    this.#connection.run(commit, []);
    group.committed();
  }

  /** Throws only what fails the whole group. */
  async #runUnit(unit: QueuedUnit, group: InstanceGroup): Promise<RunUnit['outcome']> {
    this.#connection.run(savepoint, []);
    const session = new SqliteSession(this.#connection, this.#now());
    const instances = new InstanceUnit(group, session);
    const tx = new UnitTransaction(session, instances);
    try {
      const value = await withinUnitTime(unit.work(tx), this.#unitTimeMs);
      if (session.failure !== undefined) throw session.failure;
      this.#connection.run(release, []);
      instances.succeed();
      return { ok: true, value, actions: tx.actions };
    } catch (error) {
      const groupFailure = unavailability(session.failure);
      if (groupFailure !== undefined || !this.#connection.inTransaction) throw groupFailure ?? error;
      this.#connection.run(rollBackUnit, []);
      this.#connection.run(release, []);
      instances.rollBack();
      return { ok: false, error };
    } finally {
      session.close();
    }
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

  /** What the database holds after a failed commit is only sure when it is read again. */
  #rollBackGroup(): void {
    this.#cache.clear();
    try {
      if (this.#connection.inTransaction) this.#connection.run(rollBack, []);
    } catch (error) {
      this.#logger.error({ err: error }, 'a transaction could not be rolled back');
    }
  }
}
