import { createMailTransport } from './adapters/email/create-mail-transport.js';
import { createEmailAdapter } from './adapters/email/email-adapter.js';
import { createHttpAdapter } from './adapters/http/http-adapter.js';
import { createScriptAdapter, type ScriptAdapterOptions } from './adapters/script/script-adapter.js';
import { createScriptThreads } from './adapters/script/script-threads.js';
import { SCRIPT_JOB_TYPE } from './engine/process-model.js';
import { type JobRegistration, registerHandlers } from './jobs/job-registration.js';
import { loadHandlers } from './jobs/load-handlers.js';
import { systemClock } from './platform/clock.js';
import type { Config } from './platform/config.js';
import type { Logger } from './platform/logger.js';
import { allowUrl, parseOutboundAllowList } from './platform/outbound-allow-list.js';
import type { Tracing } from './platform/tracing.js';
import { createOutboundHttp } from './platform/outbound-http.js';

/** Everything that does jobs here: the adapters, and the operator's own handlers. */
export interface Registrations {
  readonly byType: ReadonlyMap<string, JobRegistration>;
  /** Ends threads and connections; call it when no job is at work any more. */
  close(): Promise<void>;
}

/** Loads them by the configuration. Rejects when handlers cannot be used, and leaves nothing running. */
export async function createRegistrations(
  config: Config,
  backendUrl: string,
  scriptOf: ScriptAdapterOptions['scriptOf'],
  logger: Logger,
  tracing: Tracing | undefined,
): Promise<Registrations> {
  const own = config.handlersDir === undefined ? [] : await loadHandlers(config.handlersDir);
  const allowList = [...parseOutboundAllowList(config.outboundAllow), allowUrl(new URL(backendUrl))];
  const outbound = createOutboundHttp({ clock: systemClock, allowList });
  const services = new Map([['backend', backendUrl]]);
  const threads = createScriptThreads(systemClock);
  const byType = registerHandlers([
    createEmailAdapter({
      transport: createMailTransport(config, systemClock, logger, tracing),
      from: config.mailFrom,
      clock: systemClock,
    }),
    createHttpAdapter({ outbound, clock: systemClock, secrets: config.secrets, services, tracing }),
    createScriptAdapter({
      jobType: SCRIPT_JOB_TYPE,
      threads,
      scriptOf,
      timeoutMs: config.scriptTimeoutMs,
      memoryBytes: config.scriptMemoryBytes,
      tracing,
    }),
    ...own,
  ]);
  return {
    byType,
    async close() {
      for (const { close } of byType.values()) await close?.();
      await threads.close();
      await outbound.close();
    },
  };
}
