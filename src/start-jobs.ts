import type { Registrations } from './create-registrations.js';
import { createInProcessJobDriver } from './jobs/in-process-job-driver.js';
import type { JobDriver } from './jobs/job-driver.js';
import { createTransport } from './jobs/queue/create-transport.js';
import { JobRelay, type RelayState } from './jobs/queue/job-relay.js';
import { createQueuedJobDriver } from './jobs/queue/queued-job-driver.js';
import { systemClock } from './platform/clock.js';
import type { Config } from './platform/config.js';
import type { Logger } from './platform/logger.js';
import type { Tracing } from './platform/tracing.js';
import type { RequestContext, Runtime } from './runtime/runtime.js';

/** Jobs on their way in a process that has the database. */
export interface StartedJobs {
  /** Of the queue; undefined where there is none. */
  relayState(): RelayState | undefined;
  stop(): Promise<void>;
}

export interface StartJobsOptions {
  readonly runtime: Runtime;
  readonly registrations: Registrations['byType'];
  readonly config: Pick<
    Config,
    'databaseUrl' | 'queue' | 'jobConcurrency' | 'jobLeaseMs' | 'shutdownGraceMs'
  >;
  readonly tenantId: string;
  /** Of `registrations`, what this process does itself. */
  readonly worked: Registrations['byType'];
  readonly logger: Logger;
  readonly tracing: Tracing | undefined;
}

/** Has jobs done: puts them on the configured queue, and does those that this process is to do. */
export async function startJobs(options: StartJobsOptions): Promise<StartedJobs> {
  const { queue } = options.config;
  return queue.kind === 'in-process' ? startInProcess(options) : startQueued(options, queue);
}

async function startInProcess(options: StartJobsOptions): Promise<StartedJobs> {
  const { runtime, worked, config, tenantId, logger, tracing } = options;
  const context: RequestContext = { tenantId, actor: 'in-process-worker' };
  const isAlone = config.databaseUrl.startsWith('sqlite:');
  const worker = isAlone ? 'in-process' : `in-process-${process.pid}`;
  // Nobody else uses the file: what is held was held by a process that is gone.
  if (isAlone) await runtime.releaseJobsOf(context, worker);
  const driver = createInProcessJobDriver({
    source: runtime,
    registrations: worked,
    identity: { context, worker },
    clock: systemClock,
    logger,
    random: Math.random,
    concurrency: config.jobConcurrency,
    leaseMs: config.jobLeaseMs,
    tracing,
  });
  driver.start();
  return { relayState: () => undefined, stop: () => driver.stop(config.shutdownGraceMs) };
}

async function startQueued(
  { runtime, registrations, worked, config, tenantId, logger, tracing }: StartJobsOptions,
  queueConfig: Parameters<typeof createTransport>[0],
): Promise<StartedJobs> {
  const transport = await createTransport(queueConfig, logger);
  const context: RequestContext = { tenantId, actor: 'queue-worker' };
  const queue = transport.openQueue();
  const workers = transport.openWorkers();
  const relay = new JobRelay({
    source: runtime,
    queue,
    context,
    types: [...registrations.keys()],
    clock: systemClock,
    logger,
  });
  const driver: JobDriver = createQueuedJobDriver({
    source: runtime,
    registrations: worked,
    open: workers.open,
    concurrency: config.jobConcurrency,
    identity: { context, worker: `queue-${process.pid}` },
    clock: systemClock,
    logger,
    random: Math.random,
    leaseMs: config.jobLeaseMs,
    tracing,
  });
  relay.start();
  driver.start();
  return {
    relayState: () => relay.state,
    async stop() {
      await driver.stop(config.shutdownGraceMs);
      await relay.stop();
      await Promise.all([workers.close(), queue.close()]);
    },
  };
}
