// Only on SQLite: in PostgreSQL statements of two connections are answered in the order in which its processes come to them.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { openTestStore } from '../../support/database.js';
import { FakeClock } from '../../support/fake-clock.js';
import { readTables } from '../../support/read-tables.js';
import { dice, play, type Step, steps } from './histories.js';

const runs = 3;
const seed = Number(process.env['TEST_SEED'] ?? 20_261_122);

describe('a simulated history', function () {
  this.timeout(60_000);

  it(`is the same again with the same seed: answers, times, ids, and every row in the end (seed ${seed})`, async () => {
    const histories = fc.sample(fc.tuple(steps, dice), { numRuns: runs, seed });
    for (const [history, thrown] of histories) {
      const first = await traceOf(history, thrown);
      assert.ok(first.tables.journal.length > 0);
      assert.deepEqual(await traceOf(history, thrown), first);
    }
  });

  it(`is another with other dice (seed ${seed})`, async () => {
    const [[history, thrown] = [[], 0]] = fc.sample(fc.tuple(steps, dice), { numRuns: 1, seed });
    assert.notDeepEqual(await traceOf(history, thrown + 1), await traceOf(history, thrown));
  });
});

/** What clients were told, and everything that the database has of it: the journal tells what was done, in order, and when. */
async function traceOf(history: readonly Step[], thrown: number) {
  const clock = new FakeClock();
  const { store, databaseUrl, close } = await openTestStore({ clock });
  try {
    const { client } = await play({ store, databaseUrl, clock }, history, thrown);
    const told = client.log.map(({ key, answer }) => ({ key, answer }));
    return { told, tables: await readTables(databaseUrl), endedAt: clock.now() };
  } finally {
    await close();
  }
}
