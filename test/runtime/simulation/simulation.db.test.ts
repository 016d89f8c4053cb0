import fc from 'fast-check';
import { describe, it } from 'mocha';
import { openTestStore } from '../../support/database.js';
import { FakeClock } from '../../support/fake-clock.js';
import { testDatabaseKind } from '../../support/services.js';
import { dice, play, steps } from './histories.js';

const isSqlite = testDatabaseKind() === 'sqlite';
const runs = Number(process.env['TEST_SIMULATIONS'] ?? (isSqlite ? 15 : 2));
const seed = Number(process.env['TEST_SEED'] ?? 20_261_121);
const path = process.env['TEST_PATH'];

describe('nodes, workers, a queue and clients in one process, with faults,', function () {
  this.timeout(60_000 + runs * 5_000);

  it(`lose nothing that was acknowledged and do nothing twice, in random histories (seed ${seed})`, () =>
    fc.assert(
      fc.asyncProperty(steps, dice, async (history, thrown) => {
        const clock = new FakeClock();
        const { store, databaseUrl, close } = await openTestStore({ clock });
        try {
          await play({ store, databaseUrl, clock }, history, thrown);
        } finally {
          await close();
        }
      }),
      // On PostgreSQL the same history is not the same again: there is nothing to be made smaller.
      { numRuns: runs, seed, endOnFailure: !isSqlite, ...(path === undefined ? {} : { path }) },
    ));
});
