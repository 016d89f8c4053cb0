import { Counter, Histogram } from 'prom-client';
import { metricPrefix, type Registry } from '../platform/metrics.js';

/** Told of each answer. */
export interface HttpMeter {
  /** `operation` is one of a fixed number of names, or undefined where none was found. */
  answered(operation: string | undefined, status: number, durationMs: number): void;
}

/** Whose requests led to no operation. */
const noOperation = 'none';

/** Registers requests by operation and status, and how long they took. */
export function registerHttpMetrics(registry: Registry): HttpMeter {
  const requests = new Counter({
    name: `${metricPrefix}http_requests_total`,
    help: 'Requests that were answered, by operation and status; 499: the caller had gone.',
    labelNames: ['operation', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: `${metricPrefix}http_request_duration_seconds`,
    help: 'From the head of a request to the end of its answer, by operation. Long polls and streams wait on purpose.',
    labelNames: ['operation'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  // Finding a series by its labels costs more than counting.
  const counted = new Map<string, Counter.Internal>();
  const timed = new Map<string, Histogram.Internal<string>>();
  return {
    answered(operation = noOperation, status, durationMs) {
      const key = `${operation} ${status}`;
      let counter = counted.get(key);
      if (counter === undefined) counted.set(key, (counter = requests.labels(operation, String(status))));
      counter.inc();
      let histogram = timed.get(operation);
      if (histogram === undefined) timed.set(operation, (histogram = durations.labels(operation)));
      histogram.observe(durationMs / 1_000);
    },
  };
}
