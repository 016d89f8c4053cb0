import { Counter, Histogram } from 'prom-client';
import { metricPrefix, type Registry } from '../platform/metrics.js';

/** Told of what the runtime has done. Must not throw. */
export interface RuntimeMeter {
  /** A command of the engine was committed. */
  committed(command: string): void;
  /** A unit of work has ended: `ok`, the code of its refusal, or `failed`. */
  ended(outcome: string, durationMs: number): void;
}

export const noMeter: RuntimeMeter = { committed: () => undefined, ended: () => undefined };

/** Registers commands by type, and units of work by outcome with the time that they took. */
export function registerRuntimeMetrics(registry: Registry): RuntimeMeter {
  const commands = new Counter({
    name: `${metricPrefix}commands_total`,
    help: 'Commands of process instances that were committed on this node, by type.',
    labelNames: ['command'],
    registers: [registry],
  });
  const units = new Counter({
    name: `${metricPrefix}units_total`,
    help: 'Units of work on this node, by outcome: ok, the code of the refusal, or failed.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: `${metricPrefix}unit_duration_seconds`,
    help: 'From the beginning of a unit of work, its wait for the database included, to its commit.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const byCommand = new Map<string, Counter.Internal>();
  const byOutcome = new Map<string, Counter.Internal>();
  return {
    committed(command) {
      let counter = byCommand.get(command);
      if (counter === undefined) byCommand.set(command, (counter = commands.labels(command)));
      counter.inc();
    },
    ended(outcome, durationMs) {
      let counter = byOutcome.get(outcome);
      if (counter === undefined) byOutcome.set(outcome, (counter = units.labels(outcome)));
      counter.inc();
      durations.observe(durationMs / 1_000);
    },
  };
}
