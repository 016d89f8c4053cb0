import { Registry } from 'prom-client';

export type { Registry } from 'prom-client';

/** Every metric begins with it. */
export const metricPrefix = 'throughline_';

/** How many values of a label that grows with what is deployed are told; the rest is summed up as {@link otherValues}. */
export const labelValuesMax = 50;

/** The value of a label that stands for all that are not among the largest. */
export const otherValues = 'other';

/** The metrics of one process, empty: who measures something registers it here. */
export function createMetrics(): Registry {
  return new Registry();
}

/** The largest by name, and one for all others. */
export function largest(
  counts: Iterable<readonly [name: string, count: number]>,
  most = labelValuesMax,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
  const sorted = [...sums].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  const rest = sorted.slice(most);
  const kept = new Map(sorted.slice(0, most));
  if (rest.length > 0) {
    const sum = rest.reduce((total, [, count]) => total + count, 0);
    kept.set(otherValues, (kept.get(otherValues) ?? 0) + sum);
  }
  return kept;
}
