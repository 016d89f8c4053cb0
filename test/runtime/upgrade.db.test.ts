import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Store } from '../../src/runtime/ports.js';
import type { Runtime } from '../../src/runtime/runtime.js';
import { openStore } from '../../src/store/open-store.js';
import { silentLogger } from '../../src/platform/logger.js';
import { assertConsistent } from '../support/consistency.js';
import { bpmn } from '../support/bpmn-builder.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { migrateAsBefore } from '../support/earlier-schema.js';
import { writeTables } from '../support/write-tables.js';
import { oneUserTask } from './models.js';
import { all, context, ok, useRuntime } from './use-runtime.js';

const hour = 3_600_000;
const instances = 1_000;

/** One way for each wait state. */
const ways = 10;
const waits = bpmn('waits')
  .startEvent('start')
  .exclusiveGateway('way')
  .when('=way = 0')
  .userTask('task')
  .exclusiveGateway('out')
  .endEvent('end')
  .at('way')
  .when('=way = 1')
  .serviceTask('offered', { type: 'offered' })
  .connectTo('out')
  .at('way')
  .when('=way = 2')
  .serviceTask('held', { type: 'held' })
  .connectTo('out')
  .at('way')
  .when('=way = 3')
  .serviceTask('failed', { type: 'failed' })
  .connectTo('out')
  .at('way')
  .when('=way = 4')
  .intermediateCatchEvent('message', { message: { name: 'paid', correlationKey: '=order' } })
  .connectTo('out')
  .at('way')
  .when('=way = 5')
  .intermediateCatchEvent('signal', { signal: 'go' })
  .connectTo('out')
  .at('way')
  .when('=way = 6')
  .intermediateCatchEvent('timer', { timer: { duration: 'PT1H' } })
  .connectTo('out')
  .at('way')
  .when('=way = 7')
  .callActivity('call', { processId: 'ask' })
  .connectTo('out')
  .at('way')
  .when('=way = 8')
  .intermediateCatchEvent('condition', { condition: '=go' })
  .connectTo('out')
  .at('way')
  .otherwise()
  .userTask('late')
  .connectTo('out')
  .boundaryEvent('patience', { attachedTo: 'late', timer: { duration: 'PT1H' } })
  .endEvent('given-up');

describe('an upgrade', function () {
  this.timeout(120_000);
  const test = useRuntime();
  let earlier: TestDatabase;
  let store: Store | undefined;
  let runtime: Runtime | undefined;

  beforeEach('make a database with the schema before the last migration', async () => {
    earlier = await createTestDatabase({ migrated: false });
    await migrateAsBefore(earlier.databaseUrl);
  });
  afterEach('stop the upgraded server', async () => {
    await runtime?.stop();
    await store?.close();
    await earlier.remove();
  });

  const inParallel = async <T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> => {
    for (let from = 0; from < items.length; from += 50)
      await Promise.all(items.slice(from, from + 50).map(work));
  };
  const hold = async (of: Runtime, type: string) => {
    const held = [];
    for (let more = true; more;) {
      const input = { type, worker: 'w', maxJobs: 100, timeoutMs: 100 * hour };
      const jobs = ok(await of.activateJobs(context, input));
      held.push(...jobs);
      more = jobs.length > 0;
    }
    return held;
  };

  it('row 18: upgrade with a thousand instances at every wait state: they go on to their ends by their old definition', async () => {
    await test.deploy(waits, oneUserTask());
    await inParallel([...Array(instances).keys()], async (index) => {
      const variables = { way: index % ways, order: `o${index}`, go: false };
      ok(await test.runtime.startProcessInstance(context, { bpmnProcessId: 'waits', variables }));
    });
    await test.rest();
    const held = await hold(test.runtime, 'held');
    await inParallel(await hold(test.runtime, 'failed'), ({ jobId, fence }) =>
      test.runtime.failJob(context, jobId, { fence, retries: 0, errorMessage: 'down' }),
    );
    await test.runtime.stop();
    await writeTables(earlier.databaseUrl, await test.tables());

    store = await openStore({ databaseUrl: earlier.databaseUrl, logger: silentLogger, clock: test.clock });
    const upgraded = (runtime = test.createRuntime({}, store));
    upgraded.start();
    await upgraded.deploy(context, {
      resources: [{ name: 'waits.bpmn', content: oneUserTask('waits').toXml() }],
    });
    const every = { ...all, page: { limit: 2 * instances } };
    const { queries } = upgraded;
    const incidents = (await queries.searchIncidents(context.tenantId, every)).items;
    assert.equal(incidents.length, instances / ways);
    await inParallel(incidents, async ({ incidentId }) =>
      ok(await upgraded.resolveIncident(context, incidentId)),
    );
    const jobs = [...held, ...(await hold(upgraded, 'offered')), ...(await hold(upgraded, 'failed'))];
    assert.equal(jobs.length, (3 * instances) / ways);
    await inParallel(jobs, async ({ jobId, fence }) =>
      ok(await upgraded.completeJob(context, jobId, { fence })),
    );
    const tasks = (await queries.searchUserTasks(context.tenantId, every)).items;
    const mine = tasks.filter(({ elementId }) => elementId !== 'late');
    await inParallel(mine, async ({ userTaskId }) =>
      ok(await upgraded.completeUserTask(context, userTaskId, {})),
    );
    const started = (await queries.searchProcessInstances(context.tenantId, every)).items;
    const waiting = started.filter(({ status }) => status === 'active');
    await inParallel([...Array(instances / ways).keys()], async (index) => {
      const message = { name: 'paid', correlationKey: `o${index * ways + 4}` };
      ok(await upgraded.correlateMessage(context, message));
    });
    await inParallel(waiting, ({ processInstanceId }) =>
      upgraded.setVariables(context, processInstanceId, { variables: { go: true } }),
    );
    ok(await upgraded.broadcastSignal(context, { name: 'go' }));
    test.clock.advance(hour);
    const statuses = async () => {
      const found = await queries.searchProcessInstances(context.tenantId, every);
      return found.items.map(({ bpmnProcessId, version, status }) => `${bpmnProcessId} ${version} ${status}`);
    };
    await test.until(async () => {
      test.clock.advance(100);
      return (await statuses()).every((status) => status.endsWith('1 completed'));
    }, 'every instance to end by its own definition');
    assert.equal((await statuses()).length, instances + instances / ways);
    await assertConsistent(earlier.databaseUrl, { atRest: true });
  });
});
