import { createScriptAdapter } from '../../src/adapters/script/script-adapter.js';
import type { ScriptThreads } from '../../src/adapters/script/script-threads.js';
import { createScriptThreads } from '../../src/adapters/script/script-threads.js';
import { SCRIPT_JOB_TYPE } from '../../src/engine/process-model.js';
import { createInProcessJobDriver } from '../../src/jobs/in-process-job-driver.js';
import type { JobDriver } from '../../src/jobs/job-driver.js';
import { registerHandlers } from '../../src/jobs/job-registration.js';
import { systemClock } from '../../src/platform/clock.js';
import { silentLogger } from '../../src/platform/logger.js';
import type { TestServer } from '../support/server.js';
import { startTestServer } from '../support/server.js';

const tenantId = 'default';
const scriptWithinMs = 10_000;

/** A test server that does scripts in JavaScript too, as the real one does; it is at rest when they are done. */
export async function startScriptingServer(): Promise<TestServer> {
  const server = await startTestServer();
  const threads = createScriptThreads(systemClock);
  let driver = startScripts(server, threads);
  const stopScripts = async () => driver.stop(0);
  return Object.defineProperties(Object.create(server) as TestServer, {
    atRest: { value: () => rest(server) },
    restart: {
      value: async () => {
        await stopScripts();
        await server.restart();
        driver = startScripts(server, threads);
      },
    },
    close: {
      value: async () => {
        await stopScripts();
        await threads.close();
        await server.close();
      },
    },
  });
}

function startScripts(server: TestServer, threads: ScriptThreads): JobDriver {
  const { runtime } = server;
  const driver = createInProcessJobDriver({
    source: runtime,
    registrations: registerHandlers([
      createScriptAdapter({
        jobType: SCRIPT_JOB_TYPE,
        threads,
        scriptOf: (job) => runtime.scriptOf(tenantId, job.processDefinitionId, job.elementId),
        timeoutMs: 5_000,
        memoryBytes: 32 * 1024 * 1024,
      }),
    ]),
    identity: { context: { tenantId, actor: 'script' }, worker: 'script' },
    clock: server.clock,
    logger: silentLogger,
    random: () => 0,
  });
  driver.start();
  return driver;
}

async function rest(server: TestServer): Promise<void> {
  const filter = { type: { $eq: SCRIPT_JOB_TYPE }, state: { $in: ['created', 'activated'] } };
  for (const until = performance.now() + scriptWithinMs; ;) {
    await server.atRest();
    const open = await server.runtime.queries.searchJobs(tenantId, { filter, sort: [], page: { limit: 1 } });
    if (open.items.length === 0) return;
    if (performance.now() > until) throw new Error('Expected the script to be done but it is still open.');
    // A script runs in a thread of its own: there is nothing of this one to wait for.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
