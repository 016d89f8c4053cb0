import { UsageError } from './command.js';

const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A positive integer of an option. @throws UsageError */
export function readCount(given: string, name: string): number {
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given);
  throw new UsageError(`Expected --${name} to be a positive integer but found ${JSON.stringify(given)}.`);
}

/** Milliseconds of `500ms`, `30s`, `5m`, `2h` or `7d`. @throws UsageError */
export function readDurationMs(given: string, name: string): number {
  const [, count, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(given) ?? [];
  if (count !== undefined) return Number(count) * unitsMs[unit as keyof typeof unitsMs];
  throw new UsageError(
    `Expected --${name} to be a duration such as 500ms, 30s, 5m, 2h or 7d but found ${JSON.stringify(given)}.`,
  );
}

/** For people: `3 s`, `5 min`, `2 h`, `7 d`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
