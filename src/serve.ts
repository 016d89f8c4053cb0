import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createMailTransport } from './adapters/email/create-mail-transport.js';
import { createEmailAdapter } from './adapters/email/email-adapter.js';
import { createHttpAdapter } from './adapters/http/http-adapter.js';
import { createScriptAdapter } from './adapters/script/script-adapter.js';
import { createScriptThreads } from './adapters/script/script-threads.js';
import { SCRIPT_JOB_TYPE } from './engine/process-model.js';
import { startServer } from './facade/start-server.js';
import { createInProcessJobDriver } from './jobs/in-process-job-driver.js';
import { registerHandlers } from './jobs/job-registration.js';
import { loadHandlers } from './jobs/load-handlers.js';
import { callerPaths } from './platform/channels/channel.js';
import { loadChannels } from './platform/channels/load-channels.js';
import { systemClock } from './platform/clock.js';
import type { Config } from './platform/config.js';
import type { Logger } from './platform/logger.js';
import { allowUrl, parseOutboundAllowList } from './platform/outbound-allow-list.js';
import { createOutboundHttp } from './platform/outbound-http.js';
import { createRuntime } from './runtime/create-runtime.js';
import type { Runtime } from './runtime/runtime.js';
import { startSimulatedBackend } from './simulated-backend/start-simulated-backend.js';
import { openStore } from './store/open-store.js';

/** A whole server: store, runtime, job handlers, facade. */
export interface Served {
  readonly url: string;
  /** The business back-end that the shipped journeys call; ours unless the configuration names another. */
  readonly backendUrl: string;
  /** Answers what is in flight, gives jobs back, closes the database. Further calls wait for the first. */
  stop(): Promise<void>;
}

/** The tenant of everything, as long as there is one. */
const context = { tenantId: 'default', actor: 'server' } as const;

/** Starts everything in one process, in the order of dependence. Rejects with what cannot be started, and leaves nothing running. */
export async function serve(config: Config, logger: Logger): Promise<Served> {
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closing of opened.reverse()) await closing();
  };
  try {
    const channels = await loadChannels(config, logger);
    const backendUrl = config.backendUrl ?? (await ownBackend(opened));
    const store = await openStore({ databaseUrl: config.databaseUrl, logger });
    opened.push(() => store.close());
    const runtime = createRuntime({
      store,
      clock: systemClock,
      logger,
      searchablePaths: callerPaths(channels),
    });
    opened.push(() => runtime.stop());
    await deployFolder(runtime, config.processesDir, logger);
    opened.push(await startJobs(runtime, config, backendUrl, logger));
    runtime.start();
    const server = await startServer({ runtime, config, channels, logger, clock: systemClock });
    opened.push(() => server.stop());
    let stopping: Promise<void> | undefined;
    return { url: server.url, backendUrl, stop: () => (stopping ??= close()) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ownBackend(opened: (() => Promise<void>)[]): Promise<string> {
  const backend = await startSimulatedBackend();
  opened.push(() => backend.stop());
  return backend.url;
}

async function startJobs(
  runtime: Runtime,
  config: Config,
  backendUrl: string,
  logger: Logger,
): Promise<() => Promise<void>> {
  const allowList = [...parseOutboundAllowList(config.outboundAllow), allowUrl(new URL(backendUrl))];
  const outbound = createOutboundHttp({ clock: systemClock, allowList });
  const services = new Map([['backend', backendUrl]]);
  const own = config.handlersDir === undefined ? [] : await loadHandlers(config.handlersDir);
  const threads = createScriptThreads(systemClock);
  const registrations = registerHandlers([
    createEmailAdapter({
      transport: createMailTransport(config, systemClock, logger),
      from: config.mailFrom,
      clock: systemClock,
    }),
    createHttpAdapter({ outbound, clock: systemClock, secrets: config.secrets, services }),
    createScriptAdapter({
      jobType: SCRIPT_JOB_TYPE,
      threads,
      scriptOf: (job) => runtime.scriptOf(context.tenantId, job.processDefinitionId, job.elementId),
      timeoutMs: config.scriptTimeoutMs,
      memoryBytes: config.scriptMemoryBytes,
    }),
    ...own,
  ]);
  const driver = createInProcessJobDriver({
    source: runtime,
    registrations,
    identity: { context: { ...context, actor: 'in-process-worker' }, worker: `in-process-${process.pid}` },
    clock: systemClock,
    logger,
    random: Math.random,
  });
  driver.start();
  return async () => {
    await driver.stop(config.shutdownGraceMs);
    await threads.close();
    await outbound.close();
  };
}

/**
 * Deploys each model of the folder by itself, so that one that is refused does not keep the others, or the server, from
 * running. What is deployed already and has not changed stays as it is.
 */
async function deployFolder(runtime: Runtime, folder: string, logger: Logger): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.bpmn')).sort();
  for (const name of files) {
    const content = await readFile(join(folder, name), 'utf8');
    const outcome = await runtime.deploy(context, { resources: [{ name, content }] });
    if (outcome.ok) {
      for (const { bpmnProcessId, version } of outcome.value.processDefinitions) {
        logger.info({ file: name, bpmnProcessId, version }, 'process deployed');
      }
    } else {
      const { detail, diagnostics } = outcome.problem;
      logger.error({ file: name, detail, diagnostics }, 'model refused; the server runs without it');
    }
  }
}
