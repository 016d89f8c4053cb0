import { Gauge } from 'prom-client';
import type { Clock } from '../platform/clock.js';
import { largest, metricPrefix, otherValues, type Registry } from '../platform/metrics.js';
import { StoreUnavailable } from '../runtime/ports.js';
import type { JobCount } from '../runtime/queries.js';
import type { RelayState } from './queue/job-relay.js';

export interface JobMetricsOptions {
  readonly counts: () => Promise<readonly JobCount[]>;
  /** Undefined where there is no queue. */
  readonly relayState: () => RelayState | undefined;
  readonly clock: Clock;
}

/** Counting reads every job, so that it is done this often at most, however often somebody asks. */
const countEveryMs = 10_000;

/** Registers jobs by type and state, whether the queue is up, and how far the relay is behind. */
export function registerJobMetrics(registry: Registry, options: JobMetricsOptions): void {
  const { counts, relayState, clock } = options;
  let countedAt = -Infinity;
  registry.registerMetric(
    new Gauge({
      name: `${metricPrefix}jobs`,
      help: 'Jobs that have not ended, by type and state; counted every 10 seconds at most.',
      labelNames: ['type', 'state'],
      registers: [],
      async collect() {
        if (clock.now() - countedAt < countEveryMs) return;
        this.reset();
        try {
          const found = await counts();
          const told = largest(found.map(({ type, count }) => [type, count] as const));
          for (const { type, state, count } of found)
            this.inc({ type: told.has(type) ? type : otherValues, state }, count);
          countedAt = clock.now();
        } catch (error) {
          // What cannot be counted is not told; /readyz tells why.
          if (!(error instanceof StoreUnavailable)) throw error;
        }
      },
    }),
  );
  if (relayState() === undefined) return;
  registry.registerMetric(
    new Gauge({
      name: `${metricPrefix}queue_up`,
      help: '1 while jobs can be put on the queue, else 0.',
      registers: [],
      collect() {
        this.set(relayState()?.isUp === true ? 1 : 0);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: `${metricPrefix}relay_lag_seconds`,
      help: 'For how long jobs have been waiting to be put on the queue.',
      registers: [],
      collect() {
        this.set((relayState()?.lagMs ?? 0) / 1_000);
      },
    }),
  );
}
