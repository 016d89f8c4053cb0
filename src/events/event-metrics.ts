import { Gauge, Histogram } from 'prom-client';
import { metricPrefix, type Registry } from '../platform/metrics.js';

/** Registers how long after its commit an event is told, and how many follow. Answers what to tell of each reading, in milliseconds. */
export function registerEventMetrics(registry: Registry): {
  readonly told: (lagMs: number) => void;
  watch(subscriptions: () => number): void;
} {
  const lag = new Histogram({
    name: `${metricPrefix}event_lag_seconds`,
    help: 'How long after its time the oldest event of a reading was told to those who follow here.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
    registers: [registry],
  });
  return {
    told: (lagMs) => lag.observe(Math.max(0, lagMs) / 1_000),
    watch(subscriptions) {
      registry.registerMetric(
        new Gauge({
          name: `${metricPrefix}event_subscriptions`,
          help: 'How many follow events on this node.',
          registers: [],
          collect() {
            this.set(subscriptions());
          },
        }),
      );
    },
  };
}
