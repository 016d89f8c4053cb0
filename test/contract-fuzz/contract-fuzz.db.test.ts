import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { operations } from '../../src/contract/operations.js';
import { testDatabaseKind } from '../support/services.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { fuzzOperation, type FuzzTally } from './fuzz-operation.js';
import { Stock } from './stock.js';

/** `npm run test:contract-fuzz` sets them. */
const seed = Number(process.env['CONTRACT_FUZZ_SEED'] ?? 20_261_121);
// Most requests are about an instance that was started for them, which takes longer on PostgreSQL.
const runs = Number(process.env['CONTRACT_FUZZ_RUNS'] ?? (testDatabaseKind() === 'sqlite' ? 20 : 10));
const succeedAtLeast = 0.4;

/** What a batch does it does to the stock of others: last. */
const inOrder = [...operations].sort(
  (one, other) => Number(one.operationId === 'createBatch') - Number(other.operationId === 'createBatch'),
);

describe(`every operation, from its schema (seed ${seed})`, function () {
  this.timeout(Math.max(20_000, runs * 1_000));
  let server: TestServer;
  let stock: Stock;
  const tallies: FuzzTally[] = [];
  before(async () => {
    server = await startTestServer();
    stock = new Stock(server);
    await stock.fill();
  });
  after(async () => {
    if (process.env['CONTRACT_FUZZ_TABLE'] === '1') process.stdout.write(tableOf(tallies));
    await server.close();
  });

  for (const operation of inOrder) {
    it(`${operation.operationId} is done or refused as documented, and never fails`, async () => {
      const tally = await fuzzOperation(operation, { url: server.url, stock, seed, runs });
      tallies.push(tally);
      assert.deepEqual([tally.valid, tally.broken], [runs, runs]);
      assert.ok(
        tally.succeeded >= succeedAtLeast * tally.valid,
        `Expected 40 % of the valid requests to be done but found ${tally.succeeded} of ${tally.valid}: ${JSON.stringify(tally.codes)}.`,
      );
    });
  }
});

function tableOf(tallies: readonly FuzzTally[]): string {
  const rows = tallies.map(({ operationId, valid, succeeded, broken, codes }) => {
    const refused = Object.entries(codes).map(([code, count]) => `${code} ${count}`);
    const percent = `${Math.round((100 * succeeded) / valid)} %`;
    return `${operationId.padEnd(32)} ${String(valid).padStart(5)} ${percent.padStart(6)} ${String(broken).padStart(6)}  ${refused.join(', ')}`;
  });
  const head = `${'operation'.padEnd(32)} ${'valid'.padStart(5)} ${'done'.padStart(6)} ${'broken'.padStart(6)}  refused with`;
  return `\n${[head, ...rows].join('\n')}\n`;
}
