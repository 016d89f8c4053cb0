import type { MetricObject } from 'prom-client';
import { createServerMetrics, type ServerMetrics } from '../../src/server-metrics.js';
import { FakeClock } from '../support/fake-clock.js';

/** The metrics of a server with everything: a queue, and PostgreSQL. The caller stops them. */
export function allMetrics(): ServerMetrics {
  const metrics = createServerMetrics();
  metrics.watch({
    queries: {
      jobCounts: async () => [{ type: 'mail', state: 'created', count: 1 }],
      openCounts: async () => ({
        processInstances: [{ bpmnProcessId: 'p', count: 1 }],
        jobs: [],
        timers: [],
        incidents: [],
        cut: [],
      }),
    },
    storeLoad: () => ({ units: 0, connections: { total: 1, idle: 1, waiting: 0 } }),
    relayState: () => ({ isUp: true, lagMs: 0 }),
    eventHub: { subscriptions: 0 },
    clock: new FakeClock(),
    tenantId: 'default',
  });
  return metrics;
}

/** Every metric with the names of its labels, in order of the names. */
export function labelsOf({
  registry,
}: Pick<ServerMetrics, 'registry'>): ReadonlyMap<string, readonly string[]> {
  // The types of prom-client do not tell what each metric has.
  const metrics = registry.getMetricsAsArray() as readonly (MetricObject & {
    readonly labelNames?: readonly string[];
  })[];
  const named = metrics.map(({ name, labelNames = [] }) => [name, labelNames] as const);
  return new Map(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Every series that can be asked for by its name, with the labels that it has. */
export async function seriesOf({ registry }: ServerMetrics): Promise<ReadonlyMap<string, readonly string[]>> {
  const series = new Map<string, readonly string[]>();
  const labels = labelsOf({ registry });
  for (const { name, type } of await registry.getMetricsAsJSON()) {
    const labelNames = labels.get(name) ?? [];
    if (String(type) !== 'histogram') series.set(name, labelNames);
    else {
      series.set(`${name}_bucket`, [...labelNames, 'le']);
      for (const suffix of ['sum', 'count']) series.set(`${name}_${suffix}`, labelNames);
    }
  }
  return series;
}
