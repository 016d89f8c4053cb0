import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { testDatabaseKind } from '../support/services.js';
import { skip } from '../support/skip.js';
import { type CrashOptions, usual } from './crash-options.js';
import { playRound, type RoundReport } from './crash-round.js';
import { ServiceMissing } from './crash-services.js';

const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000);

/** The short form of `npm run test:crash`: each kind of fault once. */
describe('servers and workers that are killed under load', function () {
  this.timeout(400_000);
  before('print the seed', () => void process.stdout.write(`  TEST_SEED=${seed}\n`));

  const play = async (test: Mocha.Context, queue: CrashOptions['queue']): Promise<RoundReport> => {
    try {
      return await playRound({ ...usual, database: testDatabaseKind(), queue, seed });
    } catch (error) {
      if (error instanceof ServiceMissing) skip(test, error.message);
      throw error;
    }
  };

  it('row 1: SIGKILL of servers and workers, at random and at named points, under load: every acknowledgement is there, no record twice, each instance waits where it may, all drain', async function () {
    const { deaths, orders } = await play(this, 'none');
    assert.ok(orders > 0, 'Expected orders to be completed.');
    assert.ok(
      (deaths.get('before-commit') ?? 0) + (deaths.get('after-commit') ?? 0) > 0,
      'Expected an end at a commit.',
    );
  });

  it('neither when Redis carries their jobs and is flushed and killed', async function () {
    const { faults, orders } = await play(this, 'redis');
    assert.ok(orders > 0, 'Expected orders to be completed.');
    assert.ok(faults.includes('flush Redis') && faults.includes('restart Redis'), faults.join());
  });
});
