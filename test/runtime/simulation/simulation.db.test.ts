import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { openTestStore } from '../../support/database.js';
import { FakeClock } from '../../support/fake-clock.js';
import { testDatabaseKind } from '../../support/services.js';
import { dice, killsUnderLoad, play, type PlayParts, steps } from './histories.js';

const isSqlite = testDatabaseKind() === 'sqlite';
const runs = Number(process.env['TEST_SIMULATIONS'] ?? (isSqlite ? 15 : 2));
const kills = 50;
const seed = Number(process.env['TEST_SEED'] ?? 20_261_121);
const path = process.env['TEST_PATH'];

describe('nodes, workers, a queue and clients in one process, with faults,', function () {
  this.timeout(60_000 + runs * 5_000);

  it(`lose nothing that was acknowledged and do nothing twice, in random histories (seed ${seed})`, () =>
    fc.assert(
      fc.asyncProperty(steps, dice, async (history, thrown) => {
        await inNewDatabase((parts) => play(parts, history, thrown));
      }),
      // On PostgreSQL the same history is not the same again: there is nothing to be made smaller.
      { numRuns: runs, seed, endOnFailure: !isSqlite, ...(path === undefined ? {} : { path }) },
    ));

  it(`row 1: SIGKILL of a node ${kills} times under 200 starts, signals and completions a second: every acknowledgement is there, no record twice, each instance waits where it may, all drain (seed ${seed})`, async () => {
    const { deaths, client } = await inNewDatabase((parts) => play(parts, killsUnderLoad(kills, seed), seed));
    process.stdout.write(`    ${deaths} kills, ${client.log.length} commands\n`);
    assert.ok(deaths >= kills, `${deaths} kills`);
  });
});

async function inNewDatabase<T>(work: (parts: PlayParts) => Promise<T>): Promise<T> {
  const clock = new FakeClock();
  const { store, databaseUrl, close } = await openTestStore({ clock });
  try {
    return await work({ store, databaseUrl, clock });
  } finally {
    await close();
  }
}
