import { dateOf } from './date.js';
import type { FeelDate } from './date.js';
import { FeelDateTime } from './date-time.js';
import { monthsDuration, nanosDuration } from './duration.js';
import type { DaysTimeDuration, YearsMonthsDuration } from './duration.js';
import { nanosPerSecond, timeOf } from './time.js';
import type { FeelTime } from './time.js';
import { namedZone, offsetZone, utc } from './zone.js';
import type { Zone } from './zone.js';
import type { Temporal } from '../values/value.js';

/** Longer text than this is no temporal value. */
const lengthMax = 128;

const datePattern = /^(-?)(\d{4}|[1-9]\d{4,8})-(\d\d)-(\d\d)$/;
const timePattern = /^(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(.*)$/;
const offsetPattern = /^([+-])(\d\d):(\d\d)(?::(\d\d))?$/;
const monthsPattern = /^(-?)P(?:(\d+)Y)?(?:(\d+)M)?$/;
const daysPattern = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?$/;

/** Reads `2024-02-29` (XML Schema `date` without a zone); null for anything else. */
export function parseDate(text: string): FeelDate | null {
  const match = text.length > lengthMax ? null : datePattern.exec(text);
  if (match === null) return null;
  const year = Number(match[2]);
  return dateOf(match[1] === '-' ? -year : year, Number(match[3]), Number(match[4]));
}

/** Reads `10:30:00`, with a fraction, and with `Z`, `+02:00` or `@Europe/Berlin` behind; null otherwise. */
export function parseTime(text: string): FeelTime | null {
  const match = text.length > lengthMax ? null : timePattern.exec(text);
  if (match === null) return null;
  const zone = parseZone(match[5] ?? '');
  if (zone === undefined) return null;
  return timeOf(Number(match[1]), Number(match[2]), Number(match[3]), nanosOf(match[4]), zone);
}

/** Reads a date, `T` and a time; a date alone means its midnight. Null for anything else (10.3.4.1). */
export function parseDateTime(text: string): FeelDateTime | null {
  const separator = text.indexOf('T');
  const date = parseDate(separator < 0 ? text : text.slice(0, separator));
  const time = parseTime(separator < 0 ? '00:00:00' : text.slice(separator + 1));
  return date === null || time === null ? null : new FeelDateTime(date, time);
}

/** Reads `P1Y2M` or `P1DT2H3M4.5S`, never both kinds mixed; null for anything else. */
export function parseDuration(text: string): YearsMonthsDuration | DaysTimeDuration | null {
  if (text.length > lengthMax) return null;
  return parseMonthsDuration(text) ?? parseDaysDuration(text);
}

/** Reads what stands in `@"…"`: a date, time, date and time, or duration (DMN 1.4, 10.3.1.2 rule 62). */
export function parseTemporal(text: string): Temporal | null {
  return parseDate(text) ?? parseTime(text) ?? parseDateTime(text) ?? parseDuration(text);
}

function parseMonthsDuration(text: string): YearsMonthsDuration | null {
  const match = monthsPattern.exec(text);
  if (match === null || (match[2] === undefined && match[3] === undefined)) return null;
  const months = Number(match[2] ?? 0) * 12 + Number(match[3] ?? 0);
  return monthsDuration(match[1] === '-' ? -months : months);
}

function parseDaysDuration(text: string): DaysTimeDuration | null {
  const match = daysPattern.exec(text);
  if (match === null || text.endsWith('P') || text.endsWith('T')) return null;
  const [days, hours, minutes, seconds] = [match[2], match[3], match[4], match[5]].map((part) =>
    BigInt(part ?? 0),
  );
  const whole = (days ?? 0n) * 86_400n + (hours ?? 0n) * 3_600n + (minutes ?? 0n) * 60n + (seconds ?? 0n);
  const nanos = whole * nanosPerSecond + BigInt(nanosOf(match[6]));
  return nanosDuration(match[1] === '-' ? -nanos : nanos);
}

function nanosOf(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(fraction.slice(0, 9).padEnd(9, '0'));
}

/** The zone, null for none, undefined when the text is no zone. */
function parseZone(text: string): Zone | null | undefined {
  if (text === '') return null;
  if (text === 'Z' || text === 'z') return utc;
  if (text.startsWith('@')) return namedZone(text.slice(1)) ?? undefined;
  const match = offsetPattern.exec(text);
  if (match === null) return undefined;
  const [minutes, seconds] = [Number(match[3]), Number(match[4] ?? 0)];
  if (minutes > 59 || seconds > 59) return undefined;
  const size = Number(match[2]) * 3600 + minutes * 60 + seconds;
  return offsetZone(match[1] === '-' ? -size : size) ?? undefined;
}
