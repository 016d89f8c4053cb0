import { Gauge } from 'prom-client';
import type { Clock } from '../platform/clock.js';
import { labelValuesMax, largest, metricPrefix, otherValues, type Registry } from '../platform/metrics.js';
import { type CountedKind, countedKinds, type OpenCounts } from './open-counts.js';
import { StoreUnavailable } from './ports.js';

/** Counting reads, so that it is done this often at most, however often somebody asks. */
export const countEveryMs = 30_000;

const told: Readonly<Record<CountedKind, readonly [name: string, help: string]>> = {
  processInstances: ['process_instances', 'Active process instances'],
  jobs: ['process_jobs', 'Jobs that have not ended'],
  timers: ['timers', 'Timers that are waited for'],
  incidents: ['incidents', 'Open incidents'],
};

/** Registers what is open by process: the largest, and the rest as one. */
export function registerOpenMetrics(
  registry: Registry,
  { counts, clock }: { readonly counts: () => Promise<OpenCounts>; readonly clock: Clock },
): void {
  let countedAt = -Infinity;
  let counting: Promise<void> | undefined;
  const cut = new Gauge({
    name: `${metricPrefix}counts_cut`,
    help: '1 where there was more to count of a kind than is counted, so that its numbers are too small.',
    labelNames: ['kind'],
    registers: [],
    collect: () => count(),
  });
  const gauges = countedKinds.map((kind) => {
    const [name, help] = told[kind];
    const gauge = new Gauge({
      name: `${metricPrefix}${name}`,
      help: `${help}, by process, the ${labelValuesMax} with the most and ${otherValues}; counted every 30 seconds at most.`,
      labelNames: ['bpmn_process_id'],
      registers: [],
      collect: () => count(),
    });
    registry.registerMetric(gauge);
    return [kind, gauge] as const;
  });
  registry.registerMetric(cut);

  /** Once for all gauges of one request for metrics. */
  const count = (): Promise<void> =>
    clock.elapsed() - countedAt < countEveryMs
      ? Promise.resolve()
      : (counting ??= countAll().finally(() => (counting = undefined)));
  const countAll = async (): Promise<void> => {
    try {
      const found = await counts();
      for (const [kind, gauge] of gauges) {
        gauge.reset();
        const sums = largest(found[kind].map((one) => [one.bpmnProcessId, one.count]));
        for (const [bpmnProcessId, sum] of sums) gauge.set({ bpmn_process_id: bpmnProcessId }, sum);
        cut.set({ kind: told[kind][0] }, found.cut.includes(kind) ? 1 : 0);
      }
      countedAt = clock.elapsed();
    } catch (error) {
      // What cannot be counted is not told; /readyz tells why.
      for (const [, gauge] of gauges) gauge.reset();
      cut.reset();
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  };
}
