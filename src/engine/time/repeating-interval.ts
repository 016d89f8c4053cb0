import { parseDateTime } from './date-time.js';
import type { Duration } from './duration.js';
import { addDuration, isPositive, parseDuration } from './duration.js';
import { isInstant } from './instant.js';

/** An ISO 8601 repeating interval: `R3/PT1H`, `R/2026-01-01T00:00:00Z/P1D`, `R/PT1H/2027-01-01T00:00:00Z`. */
export interface RepeatingInterval {
  /** How often it ticks; undefined: without end. */
  readonly repetitions?: number;
  /** The first tick; undefined: one interval after the timer was set. */
  readonly start?: number;
  /** No tick after this instant. */
  readonly end?: number;
  /** The ISO 8601 duration as written. */
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
 * The rhythm of a cycle as it is kept between its ticks: the ISO 8601 duration; before it the first tick where months are counted,
 * which have no length of their own; behind it the end, if there is one: `P1M`, `2026-01-31T00:00:00.000Z/P1M`, `PT1H/2027-…Z`.
 */
export function rhythmOf({ interval, duration, end }: RepeatingInterval, first: number): string {
  return [
    ...(duration.months === 0 ? [] : [new Date(first).toISOString()]),
    interval,
    ...(end === undefined ? [] : [new Date(end).toISOString()]),
  ].join('/');
}

/**
 * The tick after the one that was due at `dueAt`, when that one is served at `at`: on the same rhythm, without drift; ticks that were missed
 * while nobody served them are made up by this one alone. Undefined when the cycle has come to its end.
 */
export function nextTick(dueAt: number, rhythm: string, at: number): number | undefined {
  const { first = dueAt, duration, end = Infinity } = parseRhythm(rhythm);
  const next = tickAfter(first, duration, Math.max(dueAt, at));
  return isInstant(next) && next <= end ? next : undefined;
}

function parseRhythm(rhythm: string): {
  readonly first?: number | undefined;
  readonly duration: Duration;
  readonly end?: number | undefined;
} {
  const parts = rhythm.split('/');
  const place = parts.findIndex((part) => part.startsWith('P'));
  const duration = parseDuration(parts[place] ?? '');
  if (!duration)
    throw new Error(`Expected an ISO 8601 duration as the rhythm of a cycle but found "${rhythm}".`);
  const instant = (part: string | undefined) => (part === undefined ? undefined : parseDateTime(part));
  return { first: instant(parts[place - 1]), duration, end: instant(parts[place + 1]) };
}

const AVERAGE_MONTH_MS = 2_629_746_000;
const DAY_MS = 86_400_000;

/**
 * The first of `first + n * duration`, n >= 1, later than `after`. Months are counted from the first tick, so that a short month does not shift
 * the ticks behind it. Past what a date can hold the answer is no number.
 */
function tickAfter(first: number, duration: Duration, after: number): number {
  const length = duration.months * AVERAGE_MONTH_MS + duration.days * DAY_MS + duration.ms;
  const passed = Math.floor((after - first) / length);
  if (duration.months === 0) return first + (passed + 1) * length;
  // The calendar strays a few days from the average, less than a tick: what is found first is never a tick too late.
  for (let ticks = Math.max(1, passed); ; ticks++) {
    const tick = addDuration(first, multiply(duration, ticks));
    if (!(tick <= after)) return tick;
  }
}

function multiply(duration: Duration, by: number): Duration {
  return { months: duration.months * by, days: duration.days * by, ms: duration.ms * by };
}
