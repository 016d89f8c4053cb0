import { setImmediate as nextTurn } from 'node:timers/promises';
import { failpoint } from '../../platform/failpoints.js';
import type { Logger } from '../../platform/logger.js';
import { StoreUnavailable, type Transaction } from '../../runtime/ports.js';
import type { InstanceCache } from '../instance-cache.js';
import { InstanceGroup, InstanceUnit } from '../instance-unit.js';
import { queuedUnitsMax, StoreOverloaded, UnitTimedOut, UnitTimeLimit } from '../overload.js';
import { statement } from '../statement.js';
import type { StoreMeter } from '../store-metrics.js';
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
 * runs alone, from beginning to end, and is answered only after the commit. A unit that fails is seldom and savepoints are
 * dear: only when one has failed is the group rolled back and run again with a savepoint for each. Also a unit that fails
 * waits for the commit: what it saw of units before it may still come to nothing.
 */
export class GroupCommit {
  readonly #connection: SqliteConnection;
  readonly #cache: InstanceCache;
  readonly #now: () => number;
  readonly #elapsed: () => number;
  readonly #logger: Logger;
  readonly #meter: StoreMeter | undefined;
  readonly #timeLimit: UnitTimeLimit;
  readonly #queue: QueuedUnit[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(options: {
    readonly connection: SqliteConnection;
    readonly cache: InstanceCache;
    readonly now: () => number;
    /** Milliseconds since any moment, which bound a group. Default: `performance.now`. */
    readonly elapsed?: () => number;
    readonly logger: Logger;
    readonly unitTimeMs?: number;
    readonly meter?: StoreMeter;
  }) {
    this.#meter = options.meter;
    this.#connection = options.connection;
    this.#cache = options.cache;
    this.#now = options.now;
    this.#elapsed = options.elapsed ?? (() => performance.now());
    this.#logger = options.logger;
    this.#timeLimit = new UnitTimeLimit(options.unitTimeMs);
  }

  /** How many units wait. */
  get waiting(): number {
    return this.#queue.length;
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
    this.#timeLimit.end();
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
    const group = this.#begin();
    let ran = await this.#runQueued(group, taken);
    if (ran.every(({ outcome }) => outcome.ok)) this.#commit(group, ran.length);
    else {
      this.#connection.run(rollBack, []);
      const again = this.#begin();
      ran = await this.#runAgain(again, ran);
      this.#commit(again, ran.length);
    }
    for (const { outcome } of ran) if (outcome.ok) this.#runActions(outcome.actions);
    return ran;
  }

  #begin(): InstanceGroup {
    this.#connection.run(begin, []);
    return new InstanceGroup(this.#cache, { trustsCache: true });
  }

  /** What has been taken, and more of the queue until one fails, the group is large enough, or nobody else waits. */
  async #runQueued(group: InstanceGroup, taken: QueuedUnit[]): Promise<readonly RunUnit[]> {
    const ran: RunUnit[] = [];
    const endsAt = this.#elapsed() + groupTimeMaxMs;
    for (let unit = taken[0]; unit !== undefined; unit = this.#queue.shift()) {
      if (unit !== taken[0]) taken.push(unit);
      const outcome = await this.#runUnit(unit, group);
      ran.push({ unit, outcome });
      if (!outcome.ok || taken.length >= groupUnitsMax || this.#elapsed() >= endsAt) break;
    }
    return ran;
  }

  /** The same units, each by itself. One that has used up its time is not given it twice. */
  async #runAgain(group: InstanceGroup, before: readonly RunUnit[]): Promise<readonly RunUnit[]> {
    const ran: RunUnit[] = [];
    for (const { unit, outcome } of before) {
      const isHopeless = !outcome.ok && outcome.error instanceof UnitTimedOut;
      ran.push({ unit, outcome: isHopeless ? outcome : await this.#runInSavepoint(unit, group) });
    }
    return ran;
  }

  async #runInSavepoint(unit: QueuedUnit, group: InstanceGroup): Promise<RunUnit['outcome']> {
    this.#connection.run(savepoint, []);
    const outcome = await this.#runUnit(unit, group);
    if (!outcome.ok) this.#connection.run(rollBackUnit, []);
    this.#connection.run(release, []);
    return outcome;
  }

  #commit(group: InstanceGroup, units: number): void {
    const session = new SqliteSession(this.#connection, this.#now());
    group.flush(session);
    session.close();
    failpoint('before-commit');
    const began = performance.now();
    this.#connection.run(commit, []);
    this.#meter?.committed(units, performance.now() - began);
    failpoint('after-commit');
    group.committed();
  }

  /** The caller undoes what a unit that has failed has written. Throws only what fails the whole group. */
  async #runUnit(unit: QueuedUnit, group: InstanceGroup): Promise<RunUnit['outcome']> {
    const session = new SqliteSession(this.#connection, this.#now());
    const instances = new InstanceUnit(group, session);
    const tx = new UnitTransaction(session, instances);
    try {
      const value = await this.#timeLimit.bound(unit.work(tx));
      if (session.failure !== undefined) throw session.failure;
      instances.succeed();
      return { ok: true, value, actions: tx.actions };
    } catch (error) {
      const groupFailure = unavailability(session.failure);
      if (groupFailure !== undefined || !this.#connection.inTransaction) throw groupFailure ?? error;
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
