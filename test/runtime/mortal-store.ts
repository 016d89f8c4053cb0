import type { Store } from '../../src/runtime/ports.js';

/** What whoever waits for a dead server is told: nothing but that it is gone. */
export class ServerDied extends Error {
  override readonly name = 'ServerDied';
}

/** The commit at which a server dies, counted from 1, and on which side of it. */
export interface Death {
  readonly commit: number;
  readonly side: 'before' | 'after';
}

/**
 * A store as a server has it that is killed at a commit: `before` it, so that nothing of the transaction stays, or `after` it, so
 * that nobody is told. From then on it does nothing more for that server; the database itself lives on.
 */
export class MortalStore {
  /** Transactions that have come to their commit. */
  commits = 0;
  isDead = false;

  constructor(private readonly death?: Death) {}

  readonly wrap = (store: Store): Store => ({
    isSerial: store.isSerial,
    queries: store.queries,
    ping: () => store.ping(),
    openHints: (heard) => store.openHints(heard),
    close: () => store.close(),
    transact: async (work, options) => {
      this.#assertAlive();
      let isLast = false;
      const answer = await store.transact(async (tx) => {
        const result = await work(tx);
        isLast = this.#passCommit();
        return result;
      }, options);
      if (isLast) throw new ServerDied();
      return answer;
    },
  });

  /** Whether it dies when this has been committed. @throws ServerDied when it does not come to that */
  #passCommit(): boolean {
    this.#assertAlive();
    this.commits += 1;
    if (this.commits !== this.death?.commit) return false;
    this.isDead = true;
    if (this.death.side === 'before') this.#assertAlive();
    return true;
  }

  #assertAlive(): void {
    if (this.isDead) throw new ServerDied();
  }
}
