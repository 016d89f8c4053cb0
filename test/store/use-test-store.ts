import { afterEach, beforeEach } from 'mocha';
import type { Store, Transaction } from '../../src/runtime/ports.js';
import { FakeClock } from '../support/fake-clock.js';
import { createGate } from '../support/gate.js';
import { openTestStore, type TestStore } from '../support/database.js';
import { someTime } from './rows.js';

/** What the tests of a suite work with: an empty store for each test, whose clock stands at `someTime`. */
export interface StoreUnderTest {
  readonly store: Store;
  readonly databaseUrl: string;
  readonly clock: FakeClock;
  /** Does the writes in a transaction. */
  write(work: (tx: Transaction) => unknown, instanceId?: string): Promise<void>;
  /** Reads in a transaction. */
  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Does `within` while a transaction is open that has done `work`, and then lets it commit. */
  whileOpen<T>(work: (tx: Transaction) => Promise<unknown>, within: () => Promise<T>): Promise<T>;
}

/** Opens a store before each test of the suite and removes it afterwards. */
export function useTestStore(): StoreUnderTest {
  let clock = new FakeClock(someTime);
  let opened: TestStore | undefined;

  beforeEach('open a store', async function openStoreOfTest() {
    this.timeout(10_000);
    clock = new FakeClock(someTime);
    opened = await openTestStore({ clock });
  });
  afterEach('close the store', async function closeStoreOfTest() {
    this.timeout(10_000);
    await opened?.close();
    opened = undefined;
  });

  const current = (): TestStore => {
    if (opened === undefined) throw new Error('Expected an open store: use it in tests only.');
    return opened;
  };
  return {
    get store() {
      return current().store;
    },
    get databaseUrl() {
      return current().databaseUrl;
    },
    get clock() {
      return clock;
    },
    async write(work, instanceId) {
      const options = instanceId === undefined ? {} : { instanceId };
      await current().store.transact((tx) => Promise.resolve(work(tx)), options);
    },
    read: (work) => current().store.transact(work),
    async whileOpen(work, within) {
      const [reached, released] = [createGate(), createGate()];
      const first = current().store.transact(async (tx) => {
        await work(tx);
        reached.open();
        await released.opened;
      });
      await Promise.race([reached.opened, first]);
      try {
        return await within();
      } finally {
        released.open();
        await first;
      }
    },
  };
}
