import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createScriptAdapter } from '../../../src/adapters/script/script-adapter.js';
import { createScriptThreads } from '../../../src/adapters/script/script-threads.js';
import type { ScriptThreads } from '../../../src/adapters/script/script-threads.js';
import { SCRIPT_JOB_TYPE } from '../../../src/engine/process-model.js';
import { createInProcessJobDriver } from '../../../src/jobs/in-process-job-driver.js';
import type { JobDriver } from '../../../src/jobs/job-driver.js';
import type { Variables } from '../../../src/jobs/job-handler.js';
import { registerHandlers } from '../../../src/jobs/job-registration.js';
import { systemClock } from '../../../src/platform/clock.js';
import { silentLogger } from '../../../src/platform/logger.js';
import { createRuntime } from '../../../src/runtime/create-runtime.js';
import type { RequestContext, Runtime } from '../../../src/runtime/runtime.js';
import { bpmn } from '../../support/bpmn-builder.js';
import type { ProcessBuilder } from '../../support/bpmn-builder.js';
import { openTestStore } from '../../support/database.js';
import type { TestStore } from '../../support/database.js';
import { FakeClock } from '../../support/fake-clock.js';

const tenantId = 'default';
const context: RequestContext = { tenantId, actor: 'test' };
const all = { filter: {}, sort: [], page: { limit: 10 } } as const;

const script = (source: string, resultVariable = 'r') => ({
  attributes: { scriptFormat: 'javascript', 'camunda:resultVariable': resultVariable },
  content: [`<bpmn:script><![CDATA[${source}]]></bpmn:script>`],
});

describe('script tasks in JavaScript', () => {
  let clock: FakeClock;
  let database: TestStore;
  let runtime: Runtime;
  let threads: ScriptThreads;
  let driver: JobDriver | undefined;

  beforeEach(async () => {
    clock = new FakeClock();
    database = await openTestStore({ clock });
    runtime = createRuntime({ store: database.store, clock, logger: silentLogger });
    runtime.start();
    threads = createScriptThreads(systemClock);
  });

  afterEach(async () => {
    await driver?.stop(0);
    driver = undefined;
    await threads.close();
    await runtime.stop();
    await database.close();
  });

  /** Scripts are done from here on. */
  function work(): void {
    const registrations = registerHandlers([
      createScriptAdapter({
        jobType: SCRIPT_JOB_TYPE,
        threads,
        scriptOf: (job) => runtime.scriptOf(tenantId, job.processDefinitionId, job.elementId),
        timeoutMs: 400,
        memoryBytes: 32 * 1024 * 1024,
      }),
    ]);
    driver = createInProcessJobDriver({
      source: runtime,
      registrations,
      identity: { context: { tenantId, actor: 'worker' }, worker: 'w' },
      clock,
      logger: silentLogger,
      random: () => 0,
    });
    driver.start();
  }

  async function start(model: ProcessBuilder, variables: Variables = {}): Promise<string> {
    const deployed = await runtime.deploy(context, {
      resources: [{ name: 'p.bpmn', content: model.toXml() }],
    });
    assert.ok(deployed.ok, JSON.stringify(deployed));
    const started = await runtime.startProcessInstance(context, { bpmnProcessId: 'p', variables });
    assert.ok(started.ok);
    return started.value.processInstanceId;
  }

  async function ended(id: string): Promise<{ readonly status: string; readonly variables: Variables }> {
    assert.equal(await runtime.awaitEnd(tenantId, id, 60_000, AbortSignal.timeout(60_000)), true);
    const row = await runtime.queries.processInstance(tenantId, id);
    assert.ok(row);
    return { status: row.state.status, variables: row.state.elementInstances.get(0)?.variables ?? {} };
  }

  async function incident(): Promise<{ readonly incidentId: string; readonly message: string }> {
    for (const until = Date.now() + 15_000; Date.now() < until;) {
      const [found] = (await runtime.queries.searchIncidents(tenantId, all)).items;
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return assert.fail('Expected an incident but found none.');
  }

  it('are done by the server, and their result goes on, also when they waited for it to start', async () => {
    const model = bpmn('p')
      .startEvent('s')
      .scriptTask('x', script("execution.setVariable('note', 'n' + n); ({ twice: n * 2 })"))
      .endEvent('e');
    const id = await start(model, { n: 21 });
    await runtime.stop();
    runtime = createRuntime({ store: database.store, clock, logger: silentLogger });
    runtime.start();
    work();
    assert.deepEqual(await ended(id), {
      status: 'completed',
      variables: { n: 21, note: 'n21', r: { twice: 42 } },
    });
  });

  it('are an incident with their message at the first error, and go on when it is mended', async () => {
    work();
    const id = await start(
      bpmn('p').startEvent('s').scriptTask('x', script('order.total + 1')).endEvent('e'),
    );
    const { incidentId, message } = await incident();
    assert.equal(message, "The script failed: ReferenceError: 'order' is not defined (line 1)");
    assert.ok((await runtime.setVariables(context, id, { variables: { order: { total: 1 } } })).ok);
    assert.ok((await runtime.resolveIncident(context, incidentId)).ok);
    assert.deepEqual((await ended(id)).variables['r'], 2);
  });

  it('are stopped when they do not end, while the server goes on', async () => {
    work();
    await start(bpmn('p').startEvent('s').scriptTask('x', script('for (;;);')).endEvent('e'));
    const { message } = await incident();
    assert.equal(message, 'Expected the script to end within 400 ms but it did not.');
  });

  it('throw BPMN errors, which are caught', async () => {
    work();
    const model = bpmn('p')
      .startEvent('s')
      .scriptTask('x', script("throw new BpmnError('NO_STOCK', 'none')"))
      .endEvent('e')
      .boundaryEvent('b', { attachedTo: 'x', error: 'NO_STOCK' })
      .scriptTask('y', script("'caught'"))
      .endEvent('be');
    assert.deepEqual(await ended(await start(model)), { status: 'completed', variables: { r: 'caught' } });
  });

  it('are those of the model: neither variables nor headers make one', async () => {
    work();
    const extensions = [
      `<zeebe:taskDefinition type="${SCRIPT_JOB_TYPE}" />`,
      '<zeebe:taskHeaders><zeebe:header key="source" value="1" /></zeebe:taskHeaders>',
    ];
    await start(bpmn('p').startEvent('s').element('serviceTask', 'x', { extensions }).endEvent('e'), {
      source: '1',
      script: '1',
    });
    assert.equal((await incident()).message, 'Expected "x" to be a script task in JavaScript but it is not.');
  });
});
