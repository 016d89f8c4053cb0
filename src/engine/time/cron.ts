import { type CronField, dayOfMonthField, dayOfWeekField, numericField } from './cron-field.js';
import { isTimeZone, offsetAt } from './time-zone.js';

/** When it is due by the calendar and clock of a place. */
export interface Cron {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** The hours are all, so that the ticks follow time as it passes and not the clock on the wall. */
  readonly isEveryHour: boolean;
  /** 1 to 12. */
  readonly months: ReadonlySet<number>;
  /** Whether a day is one of those that are meant. */
  readonly isDay: (year: number, month: number, day: number) => boolean;
  /** IANA time zone. */
  readonly zone: string;
}

const macros: Readonly<Record<string, string>> = {
  '@yearly': '0 0 0 1 1 *',
  '@annually': '0 0 0 1 1 *',
  '@monthly': '0 0 0 1 * *',
  '@weekly': '0 0 0 * * 0',
  '@daily': '0 0 0 * * *',
  '@midnight': '0 0 0 * * *',
  '@hourly': '0 0 * * * *',
};

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** Whether a text is meant as a cron expression: it has fields, or is a macro. */
export function isCron(text: string): boolean {
  return text.includes(' ') || text.startsWith('@');
}

/**
 * Reads a cron expression; undefined for anything else. Six fields (second, minute, hour, day of month, month, day of week) as Spring and
 * Camunda 8 have them: a day has to fit both day fields. Five fields (without seconds) as crontab(5) has them: where both day fields are
 * restricted, a day that fits either will do. Macros such as `@daily`. `CRON_TZ=Europe/Berlin` before it says whose clock is meant; else
 * UTC.
 */
export function parseCron(text: string): Cron | undefined {
  if (text.length > 255) return undefined;
  const parts = text.trim().split(/\s+/);
  const zone = /^(?:CRON_)?TZ=(.+)$/.exec(parts[0] ?? '')?.[1];
  if (zone !== undefined && !isTimeZone(zone)) return undefined;
  const rest = zone === undefined ? parts : parts.slice(1);
  const fields = rest.length === 1 ? (macros[(rest[0] ?? '').toLowerCase()] ?? '').split(' ') : rest;
  const isCrontab = fields.length === 5;
  if (!isCrontab && fields.length !== 6) return undefined;
  const [second = '', minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = isCrontab
    ? ['0', ...fields]
    : fields;
  const seconds = numericField(second, 0, 59);
  const minutes = numericField(minute, 0, 59);
  const hours = numericField(hour, 0, 23);
  const months = numericField(month, 1, 12, MONTHS);
  const ofMonth = dayOfMonthField(dayOfMonth);
  const ofWeek = dayOfWeekField(dayOfWeek);
  if (!seconds || !minutes || !hours || !months || !ofMonth || !ofWeek) return undefined;
  const either = isCrontab && ofMonth.isRestricted && ofWeek.isRestricted;
  return {
    seconds,
    minutes,
    hours,
    isEveryHour: hours.length === 24,
    months: new Set(months),
    isDay: either ? anyOf(ofMonth, ofWeek) : bothOf(ofMonth, ofWeek),
    zone: zone ?? 'UTC',
  };
}

function anyOf(one: CronField, other: CronField): Cron['isDay'] {
  return (year, month, day) => one.fits(year, month, day) || other.fits(year, month, day);
}

function bothOf(one: CronField, other: CronField): Cron['isDay'] {
  return (year, month, day) => one.fits(year, month, day) && other.fits(year, month, day);
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** 29 February falls on each day of the week within this time, also around 2100, which has none. */
const YEARS_SEARCHED = 41;

/**
 * The first tick later than `after` (milliseconds since the epoch); undefined when there is none, as on 30 February. What the clock
 * on the wall skips when it is put forward comes right behind; what it shows twice when it is put back comes the first time only.
 * Where every hour is meant, neither happens: the ticks follow time as it passes.
 */
export function nextCronTick(cron: Cron, after: number): number | undefined {
  const local = new Date(after + offsetAt(cron.zone, after));
  const lastYear = local.getUTCFullYear() + YEARS_SEARCHED;
  // A tick that was skipped by the clock of the day before may still be to come.
  let day = Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()) - DAY_MS;
  for (;;) {
    const date = new Date(day);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
    if (!(year <= lastYear)) return undefined;
    if (!cron.months.has(month)) {
      day = Date.UTC(year, month, 1);
      continue;
    }
    if (cron.isDay(year, month, date.getUTCDate())) {
      const tick = tickOn(cron, day, after);
      if (tick !== undefined) return tick;
    }
    day += DAY_MS;
  }
}

/** The first tick of a day, given by its midnight as if it were in UTC, later than `after`. */
function tickOn(cron: Cron, day: number, after: number): number | undefined {
  const before = offsetAt(cron.zone, day - 14 * HOUR_MS);
  const behind = offsetAt(cron.zone, day + DAY_MS + 12 * HOUR_MS);
  return before === behind
    ? tickAtOffset(cron, day - before, after)
    : tickAcrossChange(cron, day, [before, behind], after);
}

function tickAtOffset(
  { hours, minutes, seconds }: Cron,
  midnight: number,
  after: number,
): number | undefined {
  for (const hour of hours) {
    const hourAt = midnight + hour * HOUR_MS;
    if (hourAt + HOUR_MS <= after) continue;
    for (const minute of minutes) {
      const minuteAt = hourAt + minute * 60_000;
      if (minuteAt + 60_000 <= after) continue;
      for (const second of seconds) {
        const tick = minuteAt + second * 1000;
        if (tick > after) return tick;
      }
    }
  }
  return undefined;
}

/** On a day, or next to one, on which the clock is changed: each minute by itself. */
function tickAcrossChange(
  cron: Cron,
  day: number,
  offsets: readonly [number, number],
  after: number,
): number | undefined {
  let first: number | undefined;
  for (const hour of cron.hours) {
    for (const minute of cron.minutes) {
      for (const minuteAt of instantsOf(cron, day + hour * HOUR_MS + minute * 60_000, offsets)) {
        for (const second of cron.seconds) {
          const tick = minuteAt + second * 1000;
          if (tick > after && (first === undefined || tick < first)) first = tick;
        }
      }
    }
  }
  return first;
}

/** When the clock on the wall shows that time: once, twice or never. */
function instantsOf(
  { zone, isEveryHour }: Cron,
  local: number,
  [before, behind]: readonly [number, number],
): readonly number[] {
  const found = [before, behind]
    .filter((offset) => offsetAt(zone, local - offset) === offset)
    .map((offset) => local - offset);
  if (isEveryHour) return found;
  return [found.length > 0 ? Math.min(...found) : changeBetween(zone, local - behind, local - before)];
}

/** When the clock was put forward: between an instant before and one not before the change, to the second. */
function changeBetween(zone: string, from: number, to: number): number {
  const before = offsetAt(zone, from);
  let [low, high] = [from, to];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (offsetAt(zone, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}
