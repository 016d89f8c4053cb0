import { parseDateTime } from './date-time.js';
import type { Duration } from './duration.js';
import { addDuration, isPositive, parseDuration } from './duration.js';

/** An ISO 8601 repeating interval: `R3/PT1H`, `R/2026-01-01T00:00:00Z/P1D`, `R/PT1H/2027-01-01T00:00:00Z`. */
export interface RepeatingInterval {
  /** How often it ticks; undefined: without end. */
  readonly repetitions?: number;
  /** The first tick; undefined: one interval after the timer was set. */
  readonly start?: number;
  /** No tick after this instant. */
  readonly end?: number;
  /** As written, to be kept in the state. */
  readonly interval: string;
  readonly duration: Duration;
}

/** Reads an ISO 8601 repeating interval; undefined for anything else. The interval must be longer than nothing. */
export function parseRepeatingInterval(text: string): RepeatingInterval | undefined {
  const parts = text.split('/');
  const repetitions = /^R(-1|\d{0,9})$/.exec(parts[0] ?? '');
  if (!repetitions || parts.length < 2 || parts.length > 3) return undefined;
  const count = repetitions[1] === '' || repetitions[1] === '-1' ? undefined : Number(repetitions[1]);
  const [first = '', second] = parts.slice(1);
  const durationFirst = parseDuration(first);
  const interval = durationFirst ? first : (second ?? '');
  const duration = durationFirst ?? parseDuration(interval);
  if (!duration || !isPositive(duration)) return undefined;
  const boundary = second === undefined ? undefined : parseDateTime(durationFirst ? second : first);
  if (second !== undefined && boundary === undefined) return undefined;
  return {
    ...(count === undefined ? {} : { repetitions: count }),
    ...(boundary === undefined ? {} : durationFirst ? { end: boundary } : { start: boundary }),
    interval,
    duration,
  };
}

/**
 * The tick after the one that was due at `dueAt`, when that one is served at `at`: on the same rhythm, without drift; ticks
 * that were missed while nobody served them are made up by this one alone.
 */
export function nextTick(dueAt: number, interval: string, at: number): number {
  const duration = parseDuration(interval);
  if (!duration)
    throw new Error(`Expected an ISO 8601 duration as the interval of a cycle but found "${interval}".`);
  let next = addDuration(dueAt, duration);
  if (next > at) return next;
  if (duration.months === 0) {
    const length = next - dueAt;
    return dueAt + (Math.floor((at - dueAt) / length) + 1) * length;
  }
  // By the calendar, and always from the first tick, so that a short month does not shift the later ones.
  for (let ticks = 2; next <= at; ticks++) next = addDuration(dueAt, multiply(duration, ticks));
  return next;
}

function multiply(duration: Duration, by: number): Duration {
  return { months: duration.months * by, days: duration.days * by, ms: duration.ms * by };
}
