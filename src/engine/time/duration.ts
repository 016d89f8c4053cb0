import { isInstant } from './instant.js';

/** An ISO 8601 duration in its parts; weeks are given as days. All parts have the sign of the whole. */
export interface Duration {
  readonly months: number;
  readonly days: number;
  /** The part below a day, in milliseconds. */
  readonly ms: number;
}

const pattern =
  /^(-?)P(?:(\d+)W|(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d{1,9}))?S)?)?)$/;

/**
 * Reads an ISO 8601 duration such as `P3DT2H`, `PT0.5S` or `P2W`; undefined for anything else. No part may exceed nine
 * digits. What is added up with it may still leave the time that a date can hold: see `isInstant`.
 */
export function parseDuration(text: string): Duration | undefined {
  if (text.length > 64) return undefined;
  const match = pattern.exec(text);
  if (!match || /(P|T)$/.test(text) || /\d{10}/.test(text)) return undefined;
  const [, minus, weeks, years, months, days, hours, minutes, seconds, fraction] = match;
  const sign = minus === '-' ? -1 : 1;
  const milliseconds = fraction ? Math.floor(Number(`0.${fraction}`) * 1000) : 0;
  const part = (digits: string | undefined): number => (digits === undefined ? 0 : Number(digits));
  return {
    months: signed(sign, part(years) * 12 + part(months)),
    days: signed(sign, part(weeks) * 7 + part(days)),
    ms: signed(sign, ((part(hours) * 60 + part(minutes)) * 60 + part(seconds)) * 1000 + milliseconds),
  };
}

/** Avoids a negative zero, which JSON and deep equality do not agree about. */
function signed(sign: number, value: number): number {
  return value === 0 ? 0 : sign * value;
}

/** For durations of models: what is counted from here on can be counted from every day until then. */
const YEAR_3000 = Date.UTC(3000, 0, 1);

/** Whether it leads to a time that can be stored and shown, whenever before the year 3000 it is counted from. */
export function isWithinDates(duration: Duration): boolean {
  return isInstant(addDuration(YEAR_3000, duration));
}

const DAY_MS = 86_400_000;

/**
 * The instant `duration` after `at` (both in milliseconds since the epoch), in UTC. Months are added by the calendar; a day that
 * the month lacks becomes its last (31 January + P1M = 28 or 29 February), as XML Schema part 2, appendix E says.
 */
export function addDuration(at: number, duration: Duration): number {
  return addMonths(at, duration.months) + duration.days * DAY_MS + duration.ms;
}

function addMonths(at: number, months: number): number {
  if (months === 0) return at;
  const date = new Date(at);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime();
}

/** Whether time moves forward by it: what a timer needs. */
export function isPositive(duration: Duration): boolean {
  return duration.months * 30 * DAY_MS + duration.days * DAY_MS + duration.ms > 0;
}
