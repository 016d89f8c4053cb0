// SQLite has one server by its nature; a later release beside this one needs PostgreSQL.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { silentLogger } from '../../src/platform/logger.js';
import { openStore } from '../../src/store/open-store.js';
import { migrateAsLater } from '../support/earlier-schema.js';
import { createTestDatabase } from '../support/database.js';
import { FakeClock } from '../support/fake-clock.js';
import { tableNames } from '../support/read-tables.js';
import { createRuntime } from '../../src/runtime/create-runtime.js';
import { oneJob, oneTimer, oneUserTask } from './models.js';
import { context, ok } from './use-runtime.js';

/** What a later release may do: further columns of every table, further tables, further indexes. */
const later = {
  name: '9999-later',
  async up(knex: { raw(sql: string): PromiseLike<unknown> }): Promise<void> {
    for (const table of tableNames)
      await knex.raw(`ALTER TABLE ${table} ADD COLUMN further BIGINT DEFAULT 7`);
    await knex.raw('CREATE TABLE further (id BIGINT PRIMARY KEY)');
    await knex.raw('CREATE INDEX job_further ON job (further)');
  },
};

describe('a later release that has brought the database to its schema', function () {
  this.timeout(60_000);

  it('row 18: later release and this one together: this one works on, and a start of it undoes nothing', async () => {
    const database = await createTestDatabase({ migrated: false });
    const clock = new FakeClock();
    const { databaseUrl } = database;
    const store = await openStore({ databaseUrl, logger: silentLogger, clock });
    const runtime = createRuntime({ store, clock, logger: silentLogger });
    try {
      runtime.start();
      const resources = [oneJob(), oneTimer(), oneUserTask()].map((model, index) => ({
        name: `${index}.bpmn`,
        content: model.toXml(),
      }));
      ok(await runtime.deploy(context, { resources }));
      let isOver = false;
      let journeys = 0;
      // Every command has been prepared before, and is used while the schema changes and afterwards.
      const journey = async (): Promise<void> => {
        for (const bpmnProcessId of ['wait', 'ask', 'work'])
          ok(await runtime.startProcessInstance(context, { bpmnProcessId, variables: { journeys } }));
        const input = { type: 'work', worker: 'w', maxJobs: 1, timeoutMs: 60_000 };
        for (const { jobId, fence } of ok(await runtime.activateJobs(context, input)))
          ok(await runtime.completeJob(context, jobId, { fence }));
        const [task] = (
          await runtime.queries.searchUserTasks(context.tenantId, {
            filter: { state: { $eq: 'created' } },
            sort: [],
            page: { limit: 1 },
          })
        ).items;
        ok(await runtime.completeUserTask(context, task?.userTaskId ?? '', {}));
        journeys += 1;
      };
      await journey();
      const working = (async () => {
        while (!isOver) await journey();
      })();
      await migrateAsLater(databaseUrl, later);
      const atMigration = journeys;
      isOver = true;
      await working;
      for (let more = 0; more < 5; more++) await journey();
      assert.ok(journeys > atMigration);
      const opening = openStore({ databaseUrl, logger: silentLogger });
      await assert.rejects(opening, /a later one has changed it \(9999-later\)/);
    } finally {
      await runtime.stop();
      await store.close();
      await database.remove();
    }
  });
});
