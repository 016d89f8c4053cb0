// Only on PostgreSQL: no second server opens a SQLite file.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { searchProcessInstances } from '../../src/contract/process-instances.js';
import { openStore } from '../../src/store/open-store.js';
import { silentLogger } from '../../src/platform/logger.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { send } from '../support/contract-client.js';
import { startServerOn, type TestServer } from '../support/server-on-database.js';
import { as, authenticateBy } from './use-callers.js';

const principals = { tenantId: 'acme', roles: ['admin'] as const, grants: {} };
// So slow that the database's clock, which goes on, gives none back in the time of a test.
const perSecond = 20;

describe('the limits of requests on two nodes of one PostgreSQL', () => {
  let database: TestDatabase;
  let nodes: readonly TestServer[] = [];
  before(async function start() {
    this.timeout(60_000);
    database = await createTestDatabase();
    const options = {
      sharesRateLimits: true,
      authenticate: authenticateBy({ one: principals, two: principals, three: principals }),
      config: {
        tenantLimits: {
          acme: { principalRequestsPerSecond: perSecond },
          '*': { requestsPerSecond: perSecond },
        },
      },
    };
    const own = { databaseUrl: database.databaseUrl, remove: async () => undefined };
    nodes = [await startServerOn(own, options), await startServerOn(own, options)];
  });
  after(async function stop() {
    this.timeout(60_000);
    for (const node of nodes) await node.close();
    await database.remove();
  });

  /** The statuses of so many requests of a caller to each node, all at once, and how long that has taken. */
  const flood = async (caller: string, each: number) => {
    const beginning = performance.now();
    const answers = await Promise.all(
      nodes.flatMap((node) =>
        Array.from({ length: each }, () => send(as(caller, node), searchProcessInstances, { body: {} })),
      ),
    );
    const seconds = (performance.now() - beginning) / 1_000;
    return { statuses: answers.map(({ status }) => status), seconds };
  };

  it('hold for a principal on both together, and not for another principal', async () => {
    const { statuses, seconds } = await flood('one', 60);
    const done = statuses.filter((status) => status === 200).length;
    assert.ok(done >= perSecond / 2, `${done} were let in`);
    // Each node alone would have let in twice as many.
    assert.ok(done <= perSecond * (1 + seconds) + 1, `${done} were let in, in ${seconds} s`);
    assert.ok(statuses.every((status) => status === 200 || status === 429));
    const other = await flood('two', 1);
    assert.deepEqual(other.statuses, [200, 200]);
  });

  it('take each token once, whoever asks', async () => {
    const stores = await Promise.all(
      [1, 2].map(() => openStore({ databaseUrl: database.databaseUrl, logger: silentLogger })),
    );
    try {
      const begins = performance.now();
      const taken = await Promise.all(
        Array.from(
          { length: 200 },
          async (_, index) => (await stores[index % 2]?.rateBuckets?.take('a', 50, 1)) ?? 0,
        ),
      );
      const seconds = (performance.now() - begins) / 1_000;
      const sum = taken.reduce((total, tokens) => total + tokens);
      assert.ok(sum >= 50 && sum <= 50 * (1 + seconds) + 1, `${sum} in ${seconds} s`);
    } finally {
      for (const store of stores) await store.close();
    }
  });
});
