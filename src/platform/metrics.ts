import { Registry } from 'prom-client';

export type { Registry } from 'prom-client';

/** Every metric begins with it. */
export const metricPrefix = 'throughline_';

/** The metrics of one process, empty: who measures something registers it here. */
export function createMetrics(): Registry {
  return new Registry();
}
