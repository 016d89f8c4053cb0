import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge } from 'prom-client';
import { metricPrefix, type Registry } from './metrics.js';

/** How often the event loop is looked at, in milliseconds: what is shorter is not seen. */
const resolutionMs = 20;

/** Registers what the process uses, and for how long its event loop was held. Answers how to end the watch. */
export function registerProcessMetrics(registry: Registry): () => void {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  registry.registerMetric(eventLoopDelay(delay));
  const gauge = (name: string, help: string, read: () => number): void =>
    registry.registerMetric(
      new Gauge({
        name: `${metricPrefix}${name}`,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  registry.registerMetric(
    new Counter({
      name: `${metricPrefix}process_cpu_seconds_total`,
      help: 'Processor time that the process has used, all threads.',
      registers: [],
      collect() {
        const { user, system } = process.cpuUsage();
        this.reset();
        this.inc((user + system) / 1e6);
      },
    }),
  );
  gauge('process_resident_memory_bytes', 'Memory that the process has resident.', () =>
    process.memoryUsage.rss(),
  );
  gauge('process_heap_used_bytes', 'Memory that JavaScript uses.', () => process.memoryUsage().heapUsed);
  gauge('process_uptime_seconds', 'For how long the process has been running.', () => process.uptime());
  return () => void delay.disable();
}

function eventLoopDelay(delay: IntervalHistogram): Gauge<'quantile'> {
  const seconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - resolutionMs / 1e3) || 0;
  return new Gauge({
    name: `${metricPrefix}event_loop_delay_seconds`,
    help: 'For how long the event loop was held, since the last time that somebody asked.',
    labelNames: ['quantile'],
    registers: [],
    collect() {
      this.set({ quantile: '0.5' }, seconds(delay.percentile(50)));
      this.set({ quantile: '0.99' }, seconds(delay.percentile(99)));
      this.set({ quantile: '1' }, seconds(delay.max));
      delay.reset();
    },
  });
}
