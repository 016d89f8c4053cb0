import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  OutcomeUnknown,
  type Store,
  StoreUnavailable,
  type Transaction,
} from '../../../src/runtime/ports.js';
import type { Random } from '../../fuzz/random.js';

/** In what a fault on purpose says, so that a test can tell it from others. */
export const onPurpose = 'on purpose';

/** How bad it is: one unit of work, or read, in so many has that fault; 0: none has. */
export interface Weather {
  /** The database does not answer, before or in the middle of the work. */
  readonly away: number;
  /** All work is done, and the commit fails. */
  readonly commitFails: number;
  /** The commit is done, and nobody is told. */
  readonly answerLost: number;
  /** The work is done for nothing, and again. */
  readonly conflict: number;
  /** The work begins, or is answered, some turns later than it was asked for or done, so that others overtake it. */
  readonly slow: number;
}

export const calm: Weather = { away: 0, commitFails: 0, answerLost: 0, conflict: 0, slow: 0 };

const slowTurnsMax = 6;
const usesMax = 8;

class RunAgain extends Error {}

/** The store as one node has it: what the dice say goes wrong, and at its death it does nothing more for that node. */
export class SimulatedStore {
  weather: Weather = calm;
  isDead = false;
  /** Units of work and reads that have not been answered. */
  underWay = 0;
  /** At the next commit the node dies, on that side of it. */
  diesAtCommit: 'before' | 'after' | undefined;
  readonly store: Store;

  constructor(
    inner: Store,
    private readonly random: Random,
  ) {
    const { isSerial, rateBuckets } = inner;
    this.store = {
      isSerial,
      ...(rateBuckets && { rateBuckets }),
      queries: this.#queries(inner.queries),
      ping: () => this.#tracked(() => inner.ping()),
      openHints: (heard) => inner.openHints(heard),
      close: () => Promise.resolve(),
      transact: (work, options) =>
        this.#tracked(() => this.#transact((faulty) => inner.transact(faulty, options), work)),
    };
  }

  async #transact<T>(
    run: (work: (tx: Transaction) => Promise<T>) => Promise<T>,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const { away, conflict, commitFails, answerLost } = this.weather;
    await this.#linger();
    this.#assertAlive();
    const usesLeft = this.#strikes(away) ? this.random.pick(usesMax) : undefined;
    if (usesLeft === 0) throw new StoreUnavailable(`the database is away ${onPurpose}`);
    if (this.#strikes(conflict)) await this.#forNothing(run, work);
    const fails = this.#strikes(commitFails);
    const isLost = this.#strikes(answerLost);
    let diesNow = false;
    const answer = await run(async (tx) => {
      this.#assertAlive();
      const result = await work(this.#view(tx, usesLeft, isLost));
      if (fails) throw new StoreUnavailable(`a commit fails ${onPurpose}`);
      diesNow = this.#passCommit();
      return result;
    });
    if (diesNow || this.isDead) this.#die();
    if (isLost) throw new OutcomeUnknown(`the answer of a commit is lost ${onPurpose}`);
    await this.#linger();
    this.#assertAlive();
    return answer;
  }

  async #forNothing<T>(
    run: (work: (tx: Transaction) => Promise<T>) => Promise<T>,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<void> {
    try {
      await run(async (tx) => {
        await work(tx);
        throw new RunAgain();
      });
    } catch (error) {
      if (!(error instanceof RunAgain)) throw error;
    }
  }

  /** Whether it dies when this has been committed. */
  #passCommit(): boolean {
    this.#assertAlive();
    const side = this.diesAtCommit;
    this.diesAtCommit = undefined;
    if (side === 'before') this.#die();
    return side === 'after';
  }

  #die(): never {
    this.isDead = true;
    return this.#assertAlive() as never;
  }

  #assertAlive(): void {
    if (this.isDead) throw new StoreUnavailable(`the node is dead ${onPurpose}`);
  }

  #strikes(oneIn: number): boolean {
    return oneIn > 0 && this.random.oneIn(oneIn);
  }

  async #linger(): Promise<void> {
    if (!this.#strikes(this.weather.slow)) return;
    for (let turns = 1 + this.random.pick(slowTurnsMax); turns > 0; turns--) await nextTurn();
  }

  async #tracked<T>(work: () => Promise<T>): Promise<T> {
    this.underWay += 1;
    try {
      return await work();
    } finally {
      this.underWay -= 1;
    }
  }

  /** What works with a transaction that breaks off, or of whose commit nobody is told. */
  #view(tx: Transaction, usesLeft: number | undefined, isLost: boolean): Transaction {
    if (usesLeft === undefined && !isLost) return tx;
    let left = usesLeft ?? Infinity;
    const use = (): void => {
      left -= 1;
      if (left < 0) throw new StoreUnavailable(`the database goes away ${onPurpose}`);
    };
    return new Proxy(tx, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (name === 'afterCommit' && isLost) return () => undefined;
        if (typeof value === 'function')
          return (...args: unknown[]): unknown => Reflect.apply(value, target, args);
        return typeof value === 'object' && value !== null ? withUses(value, use) : value;
      },
    });
  }

  #queries(queries: Store['queries']): Store['queries'] {
    return new Proxy(queries, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name, target);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]): unknown => {
          const answer: unknown = this.isDead || Reflect.apply(method, target, args);
          if (!this.isDead && !(answer instanceof Promise)) return answer;
          return this.#tracked(async () => {
            this.#assertAlive();
            if (this.#strikes(this.weather.away)) {
              await (answer as Promise<unknown>).catch(() => undefined);
              throw new StoreUnavailable(`the database is away ${onPurpose}`);
            }
            const rows: unknown = await answer;
            await this.#linger();
            this.#assertAlive();
            return rows;
          });
        };
      },
    });
  }
}

function withUses(port: object, use: () => void): object {
  return new Proxy(port, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]): unknown => {
        use();
        return Reflect.apply(method, target, args);
      };
    },
  });
}
