// SQLite has one server by its nature: two nodes that race need PostgreSQL.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { createTestDatabase } from '../support/database.js';
import { playContest } from './contest.js';

const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000);

/** The short form of `npm run test:contest`. */
describe('two nodes and 32 clients that race for the same instances', function () {
  this.timeout(120_000);
  before('print the seed', () => void process.stdout.write(`  TEST_SEED=${seed}\n`));

  it('row 6: two nodes, 32 clients at the same instances: counters are the acknowledgements, no command fails, no retry is spent', async () => {
    const { databaseUrl, remove } = await createTestDatabase();
    try {
      const { commands, lost } = await playContest({ databaseUrl, commands: 1_000, seed });
      assert.ok(commands > 500 && lost > 50, `Expected races but found ${lost} lost of ${commands}.`);
    } finally {
      await remove();
    }
  });
});
