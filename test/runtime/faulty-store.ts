import type { Store, Transaction } from '../../src/runtime/ports.js';

/** What the store throws when a test wants it to. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
}

/**
 * Fails transactions where a test says: at the n-th use of a port within one (`n` counts reads and writes), or when all its work
 * is done and only the commit is left. What the store does about it is its own.
 */
export class FaultySwitch {
  /** Uses of ports that still succeed before the fault; undefined: no fault. */
  usesLeft: number | undefined;
  /** Whether the armed fault has struck. */
  hasStruck = false;

  /** The next transaction commits, but nobody is told. */
  loseAnswer = false;

  /** The next transactions have so many good uses of ports, all together; then one fails, once. */
  arm(uses: number): void {
    this.usesLeft = uses;
    this.hasStruck = false;
  }

  disarm(): void {
    this.usesLeft = undefined;
  }

  readonly wrap = (store: Store): Store => ({
    isSerial: store.isSerial,
    queries: store.queries,
    ping: () => store.ping(),
    openHints: (heard) => store.openHints(heard),
    close: () => store.close(),
    transact: async (work, options) => {
      const armedWith = this.usesLeft;
      const answer = await store.transact(async (tx) => {
        // A store may try the same work again: it fails at the same place.
        if (this.hasStruck) this.usesLeft = armedWith;
        const result = await work(this.#faulty(tx));
        this.#use(); // The commit.
        return result;
      }, options);
      if (!this.loseAnswer) return answer;
      this.loseAnswer = false;
      throw new InjectedFault('the answer was lost on purpose');
    },
  });

  #faulty(tx: Transaction): Transaction {
    return new Proxy(tx, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (name === 'now') return value;
        if (typeof value === 'function')
          return (...args: unknown[]): unknown => Reflect.apply(value, target, args);
        return this.#faultyPort(value as object);
      },
    });
  }

  #faultyPort(port: object): object {
    return new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name, target);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]): unknown => {
          this.#use();
          return Reflect.apply(method, target, args);
        };
      },
    });
  }

  #use(): void {
    if (this.usesLeft === undefined) return;
    if (this.usesLeft-- > 0) return;
    this.usesLeft = undefined;
    this.hasStruck = true;
    throw new InjectedFault('a fault on purpose');
  }
}
