import type { EventHub } from './events/event-hub.js';
import { registerEventMetrics } from './events/event-metrics.js';
import { type HttpMeter, registerHttpMetrics } from './facade/http-metrics.js';
import { registerJobMetrics } from './jobs/job-metrics.js';
import type { RelayState } from './jobs/queue/job-relay.js';
import type { Clock } from './platform/clock.js';
import { createMetrics, type Registry } from './platform/metrics.js';
import { registerProcessMetrics } from './platform/process-metrics.js';
import { registerOpenMetrics } from './runtime/open-metrics.js';
import type { Queries } from './runtime/queries.js';
import { registerRuntimeMetrics, type RuntimeMeter } from './runtime/runtime-meter.js';
import {
  registerCommitMetrics,
  registerLoadMetrics,
  type StoreLoad,
  type StoreMeter,
} from './store/store-metrics.js';

/** What the parts of a server are measured by. */
export interface ServerMetrics {
  readonly registry: Registry;
  readonly http: HttpMeter;
  readonly runtime: RuntimeMeter;
  readonly store: StoreMeter;
  readonly eventTold: (lagMs: number) => void;
  /** Adds what is asked when somebody wants to know. */
  watch(parts: WatchedParts): void;
  stop(): void;
}

export interface WatchedParts {
  readonly queries: Pick<Queries, 'jobCounts' | 'openCounts'>;
  readonly storeLoad: () => StoreLoad;
  readonly relayState: () => RelayState | undefined;
  readonly eventHub: Pick<EventHub, 'subscriptions'>;
  readonly clock: Clock;
  readonly tenantId: string;
}

/** Every metric of a server is made here. */
export function createServerMetrics(): ServerMetrics {
  const registry = createMetrics();
  const events = registerEventMetrics(registry);
  const stop = registerProcessMetrics(registry);
  return {
    registry,
    http: registerHttpMetrics(registry),
    runtime: registerRuntimeMetrics(registry),
    store: registerCommitMetrics(registry),
    eventTold: events.told,
    watch({ queries, storeLoad, relayState, eventHub, clock, tenantId }) {
      registerJobMetrics(registry, { counts: () => queries.jobCounts(tenantId), relayState, clock });
      registerOpenMetrics(registry, { counts: () => queries.openCounts(), clock });
      registerLoadMetrics(registry, storeLoad);
      events.watch(() => eventHub.subscriptions);
    },
    stop,
  };
}
