import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { JournalReader } from '../../src/events/journal-reader.js';
import { systemClock } from '../../src/platform/clock.js';
import { silentLogger } from '../../src/platform/logger.js';
import type { JournalEntry, Store } from '../../src/runtime/ports.js';
import { openStore } from '../../src/store/open-store.js';
import { randomOf } from '../fuzz/random.js';
import { journalRow } from '../store/rows.js';
import { useTestStore } from '../store/use-test-store.js';
import { testDatabaseKind } from '../support/services.js';

const writers = 12;
const transactionsEach = 60;
const instances = 5;

describe('readers of the journal beside racing transactions', function () {
  this.timeout(60_000);
  const test = useTestStore();

  it('every entry that is committed is read once, in one order for all readers, in order of the instance', async () => {
    const further: Store[] = [];
    if (testDatabaseKind() === 'postgres') {
      const { databaseUrl, clock } = test;
      further.push(await openStore({ databaseUrl, logger: silentLogger, clock }));
    }
    try {
      const stores = [test.store, ...further];
      const readers = stores.map(({ queries }) => new JournalReader(queries.journal));
      for (const reader of readers) await reader.begin(systemClock);
      const read: JournalEntry[][] = readers.map(() => []);
      let isWriting = true;
      const reading = readers.map(async (reader, index) => {
        for (let isDone = false; !isDone; await nextTurn()) {
          const isLast = !isWriting;
          const { entries } = await reader.next();
          read[index]?.push(...entries);
          isDone = isLast && entries.length === 0 && !reader.isAtGap;
        }
      });
      const committed = await write(stores);
      isWriting = false;
      await Promise.all(reading);

      for (const entries of read) {
        const keys = entries.map(keyOf);
        assert.deepEqual([...keys].sort(), [...committed].sort(), 'Expected each entry once.');
        assert.deepEqual(keys, read[0]?.map(keyOf), 'Expected one order for all readers.');
        for (let instance = 0; instance < instances; instance++) {
          const own = entries.filter(({ processInstanceId }) => processInstanceId === `instance-${instance}`);
          const places = own.map(({ at }) => at);
          assert.deepEqual(
            places,
            [...places].sort((a, b) => a - b),
            'Expected the order of the instance.',
          );
        }
      }
    } finally {
      for (const store of further) await store.close();
    }
  });
});

/** Many transactions at once; some are rolled back, some last longer than others. Answers what was committed. */
async function write(stores: readonly Store[]): Promise<readonly string[]> {
  const committed: string[] = [];
  const steps = Array.from({ length: instances }, () => 0);
  const one = async (writer: number): Promise<void> => {
    const random = randomOf(writer);
    for (let number = 0; number < transactionsEach; number++) {
      const store = stores[writer % stores.length] as Store;
      const instance = random.pick(instances);
      const isUndone = random.oneIn(5);
      const longer = random.pick(4);
      const key = `${writer}-${number}`;
      try {
        await store.transact(async (tx) => {
          // Before the instance is locked: transactions do not begin in the order in which they get it.
          tx.idempotency.insert({ ...claim(key) });
          await tx.messages.lock('tenant-1', `instance-${instance}`, undefined);
          const at = (steps[instance] = (steps[instance] ?? 0) + 1);
          const processInstanceId = `instance-${instance}`;
          tx.journal.append(journalRow({ processInstanceId, at, command: key }));
          for (let trip = 0; trip < longer; trip++) await tx.processInstances.read('tenant-1', ['nobody']);
          if (isUndone) throw new Undone();
        });
        committed.push(key);
      } catch (error) {
        if (!(error instanceof Undone)) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => one(writer)));
  return committed;
}

class Undone extends Error {}

function claim(key: string) {
  return {
    tenantId: 'tenant-1',
    principal: 'ada',
    operation: 'race',
    key,
    fingerprint: 'f00d',
    outcome: null,
    expiresAt: 0,
  };
}

function keyOf({ command }: JournalEntry): string {
  return command;
}
