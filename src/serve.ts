import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createScriptCheck } from './adapters/script/check-script.js';
import { createRegistrations } from './create-registrations.js';
import { limits } from './contract/limits.js';
import { isDevelopmentMode } from './facade/security/authenticate.js';
import { createEventHub, type EventHub } from './events/event-hub.js';
import { loginOf } from './login.js';
import { startServer } from './facade/start-server.js';
import { ApiKeys } from './identity/api-keys.js';
import { Jwts } from './identity/jwts.js';
import { KeySet } from './identity/key-set.js';
import type { Job } from './jobs/job-handler.js';
import { callerPaths } from './platform/channels/channel.js';
import { loadChannels } from './platform/channels/load-channels.js';
import { systemClock } from './platform/clock.js';
import type { Config } from './platform/config.js';
import { decodeXml } from './platform/decode-xml.js';
import type { Logger } from './platform/logger.js';
import { createRedaction } from './platform/redaction.js';
import { parseOutboundAllowList } from './platform/outbound-allow-list.js';
import { createOutboundHttp } from './platform/outbound-http.js';
import { createUuidV7 } from './platform/uuid-v7.js';
import type { Tracing } from './platform/tracing.js';
import { createRuntime } from './runtime/create-runtime.js';
import type { Store } from './runtime/ports.js';
import type { RequestContext, Runtime } from './runtime/runtime.js';
import { startSimulatedBackend } from './simulated-backend/start-simulated-backend.js';
import { createServerMetrics } from './server-metrics.js';
import { startJobs } from './start-jobs.js';
import { openStore } from './store/open-store.js';
import { tenantId } from './tenant.js';
import { WebhookDispatcher } from './webhooks/webhook-dispatcher.js';
import { WebhookSender } from './webhooks/webhook-sender.js';

/** A whole server: store, runtime, job handlers, facade. */
export interface Served {
  readonly url: string;
  /** The business back-end that the shipped journeys call; ours unless the configuration names another. */
  readonly backendUrl: string;
  /** Answers what is in flight, gives jobs back, closes the database. Further calls wait for the first. */
  stop(): Promise<void>;
}

/** Models of the folder are changes too: somebody has put them there. */
const context = {
  tenantId,
  actor: 'server',
  audit: { operation: 'deploy', principalId: 'server', principalKind: 'server', targets: {} },
} as const satisfies RequestContext;

/** Starts everything in one process, in the order of dependence. Rejects with what cannot be started, and leaves nothing running. */
export async function serve(config: Config, logger: Logger): Promise<Served> {
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closing of opened.reverse()) await closing();
  };
  try {
    const channels = await loadChannels(config, logger);
    const backendUrl = config.backendUrl ?? (await ownBackend(opened));
    if (config.backendUrl === undefined && config.nodeEnv === 'production')
      logger.warn('no BACKEND_URL: a simulated back-end answers the example processes; for development only');
    const tracing = await tracingOf(config, logger, opened);
    const metrics = createServerMetrics();
    opened.push(async () => metrics.stop());
    const store = await openStore({ databaseUrl: config.databaseUrl, logger, meter: metrics.store });
    opened.push(() => store.close());
    const runtime = createRuntime({
      store,
      clock: systemClock,
      logger,
      searchablePaths: callerPaths(channels),
      checkScript: await createScriptCheck(),
      webhookLogTtlMs: config.webhookLogTtlMs,
      ...(config.historyTtlMs === undefined ? {} : { historyTtlMs: config.historyTtlMs }),
      ...(config.auditTtlMs === undefined ? {} : { auditTtlMs: config.auditTtlMs }),
      redact: createRedaction(config.redactedVariables),
      meter: metrics.runtime,
      ...(tracing && { tracing }),
    });
    opened.push(() => runtime.stop());
    await deployFolder(runtime, config.processesDir, logger);
    const scriptOf = (job: Job) => runtime.scriptOf(context.tenantId, job.processDefinitionId, job.elementId);
    const registrations = await createRegistrations(config, backendUrl, scriptOf, logger, tracing);
    opened.push(() => registrations.close());
    const jobs = await startJobs({
      runtime,
      registrations: registrations.byType,
      worked: config.jobsInServer ? registrations.byType : new Map(),
      config,
      tenantId: context.tenantId,
      logger,
      tracing,
    });
    opened.push(() => jobs.stop());
    runtime.start();
    const { relayState } = jobs;
    const apiKeys = new ApiKeys(store, systemClock, logger, limits.apiKeys);
    opened.push(() => apiKeys.stop());
    if (isDevelopmentMode(config))
      logger.warn(
        'development mode: whoever can reach this address is the administrator; THROUGHLINE_API_KEY or OIDC_ISSUER ends that',
      );
    const eventHub = createEventHub({ runtime, clock: systemClock, logger, onTold: metrics.eventTold });
    opened.push(() => eventHub.stop());
    const webhookSender = startWebhooks({ config, store, runtime, hub: eventHub, logger, opened });
    const { queries } = runtime;
    const storeLoad = () => store.load();
    metrics.watch({ queries, storeLoad, relayState, eventHub, clock: systemClock, tenantId });
    const server = await startServer({
      eventHub,
      webhookSender,
      runtime,
      apiKeys,
      ...loginOf(config, store, logger),
      ...(config.jwt === undefined
        ? {}
        : { jwts: new Jwts(config.jwt, new KeySet(config.jwt.jwksUrl, systemClock), systemClock) }),
      config,
      channels,
      logger,
      clock: systemClock,
      queueIsUp: () => relayState()?.isUp,
      metrics: () => metrics.registry.metrics(),
      meter: metrics.http,
      tracing,
      ...(store.rateBuckets === undefined ? {} : { rateBuckets: store.rateBuckets }),
    });
    opened.push(() => server.stop());
    let stopping: Promise<void> | undefined;
    return { url: server.url, backendUrl, stop: () => (stopping ??= close()) };
  } catch (error) {
    await close();
    throw error;
  }
}

interface WebhookParts {
  readonly config: Config;
  readonly store: Store;
  readonly runtime: Runtime;
  readonly hub: EventHub;
  readonly logger: Logger;
  readonly opened: (() => Promise<void>)[];
}

/** Begins to deliver webhooks. They may not call what adapters may by BACKEND_URL: that is for models alone. */
function startWebhooks({ config, store, runtime, hub, logger, opened }: WebhookParts): WebhookSender {
  const allowList = parseOutboundAllowList(config.outboundAllow);
  const clock = systemClock;
  const outbound = createOutboundHttp({ clock, allowList });
  opened.push(() => outbound.close());
  const newId = createUuidV7(clock);
  const source = config.eventSource;
  const sender = new WebhookSender({ outbound, allowList, clock, source, newId });
  const dispatcher = new WebhookDispatcher({
    ...{ store, hub, sender, clock, logger, source, newId },
    random: Math.random,
    onWebhooksChanged: (changed) => runtime.onWebhooksChanged(changed),
  });
  opened.push(() => dispatcher.stop());
  dispatcher.start();
  return sender;
}

/** Where the configuration names a collector. It is closed after everything that it is told of. */
export async function tracingOf(
  { tracing }: Pick<Config, 'tracing'>,
  logger: Logger,
  opened: (() => Promise<void>)[],
): Promise<Tracing | undefined> {
  if (tracing === undefined) return undefined;
  const { createOtlpTracing } = await import('./platform/otlp-tracing.js');
  const created = await createOtlpTracing(tracing, logger);
  opened.push(() => created.stop());
  return created;
}

/** The simulated back-end, where the configuration names no other. */
export async function ownBackend(opened: (() => Promise<void>)[]): Promise<string> {
  const backend = await startSimulatedBackend();
  opened.push(() => backend.stop());
  return backend.url;
}

/**
 * Deploys each model of the folder by itself, so that one that is refused does not keep the others, or the server, from
 * running. What is deployed already and has not changed stays as it is.
 */
async function deployFolder(runtime: Runtime, folder: string, logger: Logger): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.bpmn')).sort();
  for (const name of files) {
    const content = decodeXml(await readFile(join(folder, name)));
    if (content === undefined) {
      const detail = 'Expected the encoding that the file declares, or UTF-8, but found other bytes.';
      logger.error({ file: name, detail }, 'model refused; the server runs without it');
      continue;
    }
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
