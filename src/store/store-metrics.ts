import { Gauge, Histogram } from 'prom-client';
import { metricPrefix, type Registry } from '../platform/metrics.js';

/** Told of each commit. Must not throw. */
export interface StoreMeter {
  /** `durationMs` is that of the commit itself, the flush to disk included; on PostgreSQL also that of the writes sent with it. */
  committed(units: number, durationMs: number): void;
}

/** How busy the store is now. */
export interface StoreLoad {
  /** Units of work that were begun, or wait for it. */
  readonly units: number;
  /** Of PostgreSQL. */
  readonly connections?: { readonly total: number; readonly idle: number; readonly waiting: number };
}

/** Registers how many units share a commit and how long it takes. */
export function registerCommitMetrics(registry: Registry): StoreMeter {
  const units = new Histogram({
    name: `${metricPrefix}commit_units`,
    help: 'Units of work that shared a commit.',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200],
    registers: [registry],
  });
  const durations = new Histogram({
    name: `${metricPrefix}commit_duration_seconds`,
    help: 'How long a commit took, the flush to disk included; on PostgreSQL with the writes sent along.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers: [registry],
  });
  return {
    committed(count, durationMs) {
      units.observe(count);
      durations.observe(durationMs / 1_000);
    },
  };
}

/** Registers how much waits for the store, and its connections. */
export function registerLoadMetrics(registry: Registry, load: () => StoreLoad): void {
  registry.registerMetric(
    new Gauge({
      name: `${metricPrefix}store_units`,
      help: 'Units of work that are under way or wait for the database.',
      registers: [],
      collect() {
        this.set(load().units);
      },
    }),
  );
  if (load().connections === undefined) return;
  registry.registerMetric(
    new Gauge({
      name: `${metricPrefix}pool_connections`,
      help: 'Connections to PostgreSQL: all, those that are idle, and how many units wait for one.',
      labelNames: ['state'],
      registers: [],
      collect() {
        for (const [state, count] of Object.entries(load().connections ?? {})) this.set({ state }, count);
      },
    }),
  );
}
