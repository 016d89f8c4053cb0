import { createClient } from './client/create-client.js';
import { createRegistrations, type Registrations } from './create-registrations.js';
import { createTransport } from './jobs/queue/create-transport.js';
import { createQueuedJobDriver } from './jobs/queue/queued-job-driver.js';
import type { Job } from './jobs/job-handler.js';
import { createRemoteScripts } from './jobs/remote/remote-scripts.js';
import { createRestJobSource } from './jobs/remote/rest-job-source.js';
import { callerPaths } from './platform/channels/channel.js';
import { loadChannels } from './platform/channels/load-channels.js';
import { systemClock } from './platform/clock.js';
import { type Config, ConfigError } from './platform/config.js';
import type { Logger } from './platform/logger.js';
import type { Tracing } from './platform/tracing.js';
import { createRuntime } from './runtime/create-runtime.js';
import { ownBackend, tracingOf } from './serve.js';
import { startJobs } from './start-jobs.js';
import { openStore } from './store/open-store.js';
import { tenantId } from './tenant.js';

export interface WorkOptions {
  /** Job types to do; default all that there are handlers for. */
  readonly types?: readonly string[];
  /** The server, where the database is its own (SQLite). */
  readonly serverUrl: string;
}

/** Handlers at work in a process of their own. */
export interface Working {
  readonly types: readonly string[];
  stop(): Promise<void>;
}

/**
 * Does the jobs that the queue brings. With PostgreSQL it works on the database itself; SQLite's one writer is the server, to
 * which it reports over REST. Rejects with what cannot be started, and leaves nothing running.
 * @throws ConfigError without a queue, or for a type without a handler.
 */
export async function work(config: Config, options: WorkOptions, logger: Logger): Promise<Working> {
  const { queue } = config;
  if (queue.kind === 'in-process') {
    const expected = 'redis (with REDIS_URL) or postgres: workers get their jobs from a queue';
    throw new ConfigError([{ name: 'QUEUE', expected, found: 'in-process' }]);
  }
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closing of opened.reverse()) await closing();
  };
  try {
    const backendUrl = config.backendUrl ?? (await ownBackend(opened));
    const tracing = await tracingOf(config, logger, opened);
    const prepared = { config, options, queue, backendUrl, logger, opened, tracing };
    const isOurs = !config.databaseUrl.startsWith('sqlite:');
    const types = isOurs ? await workOnDatabase(prepared) : await workForServer(prepared);
    let stopping: Promise<void> | undefined;
    return { types, stop: () => (stopping ??= close()) };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Prepared {
  readonly config: Config;
  readonly options: WorkOptions;
  readonly queue: Parameters<typeof createTransport>[0];
  readonly backendUrl: string;
  readonly logger: Logger;
  /** What is to be closed, in the order of its opening. */
  readonly opened: (() => Promise<void>)[];
  readonly tracing: Tracing | undefined;
}

/** What follows from a job is a command of this process: so it puts the next jobs on the queue, and takes deliveries on. */
async function workOnDatabase({ config, options, backendUrl, logger, opened, tracing }: Prepared) {
  const store = await openStore({ databaseUrl: config.databaseUrl, logger });
  opened.push(() => store.close());
  // What a job writes must be found as what the server writes is.
  const searchablePaths = callerPaths(await loadChannels(config, logger));
  const runtime = createRuntime({
    store,
    clock: systemClock,
    logger,
    searchablePaths,
    ...(tracing && { tracing }),
  });
  opened.push(() => runtime.stop());
  const scriptOf = (job: Job) => runtime.scriptOf(tenantId, job.processDefinitionId, job.elementId);
  const registrations = await createRegistrations(config, backendUrl, scriptOf, logger, tracing);
  opened.push(() => registrations.close());
  const worked = chosen(registrations, options.types);
  const jobs = await startJobs({
    runtime,
    registrations: registrations.byType,
    worked,
    config,
    tenantId,
    logger,
    tracing,
  });
  opened.push(() => jobs.stop());
  runtime.start('deliveries');
  return [...worked.keys()];
}

async function workForServer({ config, options, queue, backendUrl, logger, opened, tracing }: Prepared) {
  const { apiKey } = config;
  // The driver repeats what it reports: it knows for how long that is of use.
  const client = createClient({
    baseUrl: options.serverUrl,
    retry: false,
    ...(apiKey === undefined ? {} : { apiKey }),
  });
  const remoteScriptOf = createRemoteScripts(client);
  const scriptOf = (job: Job) => remoteScriptOf(job.processDefinitionId, job.elementId);
  const registrations = await createRegistrations(config, backendUrl, scriptOf, logger, tracing);
  opened.push(() => registrations.close());
  const worked = chosen(registrations, options.types);
  const workers = (await createTransport(queue, logger)).openWorkers();
  opened.push(() => workers.close());
  const driver = createQueuedJobDriver({
    source: createRestJobSource(client),
    registrations: worked,
    open: workers.open,
    concurrency: config.jobConcurrency,
    identity: { context: { tenantId, actor: 'worker' }, worker: `worker-${process.pid}` },
    clock: systemClock,
    logger,
    random: Math.random,
    leaseMs: config.jobLeaseMs,
    tracing,
  });
  driver.start();
  opened.push(() => driver.stop(config.shutdownGraceMs));
  return [...worked.keys()];
}

function chosen({ byType }: Registrations, types: readonly string[] | undefined): Registrations['byType'] {
  if (types === undefined) return byType;
  const unknown = types.find((type) => !byType.has(type));
  if (unknown !== undefined) {
    const expected = `types with a handler (${[...byType.keys()].join(', ')})`;
    throw new ConfigError([{ name: '--types', expected, found: JSON.stringify(unknown) }]);
  }
  return new Map([...byType].filter(([type]) => types.includes(type)));
}
