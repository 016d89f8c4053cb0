import { OpaqueValue } from '../values/value.js';
import { padded } from './padded.js';

/** The largest year, forwards and backwards (DMN 1.4, 10.3.2.3.4). */
const yearMax = 999_999_999;

/** A calendar date in the proleptic Gregorian calendar. Build it with `dateOf`, which checks it. */
export class FeelDate extends OpaqueValue {
  override readonly type = 'date';

  constructor(
    readonly year: number,
    readonly month: number,
    readonly day: number,
  ) {
    super();
  }

  override toString(): string {
    const year = padded(Math.abs(this.year), 4);
    return `${this.year < 0 ? '-' : ''}${year}-${padded(this.month, 2)}-${padded(this.day, 2)}`;
  }
}

/** The date of these integers, null when there is no such day. */
export function dateOf(year: number, month: number, day: number): FeelDate | null {
  if (!Number.isInteger(year) || !Number.isInteger(month) || !Number.isInteger(day)) return null;
  if (Math.abs(year) > yearMax || month < 1 || month > 12) return null;
  if (day < 1 || day > daysInMonth(year, month)) return null;
  return new FeelDate(year, month, day);
}

/** The number of days in a month. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days from 1970-01-01 to this date; counted in eras of 400 years, which all have 146,097 days. */
export function epochDay(date: FeelDate): number {
  const year = date.month <= 2 ? date.year - 1 : date.year;
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const monthFromMarch = (date.month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + date.day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The date that is this many days after 1970-01-01, null when it is beyond the largest year. */
export function dateOfEpochDay(days: number): FeelDate | null {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return dateOf(year, month, dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1);
}

/** The date some months later or earlier; the day is cut to the length of the month it falls in. */
export function plusMonths(date: FeelDate, months: number): FeelDate | null {
  const count = date.year * 12 + (date.month - 1) + months;
  const year = Math.floor(count / 12);
  const month = count - year * 12 + 1;
  return dateOf(year, month, Math.min(date.day, daysInMonth(year, month)));
}

/** The day of the week from 1, Monday, to 7, Sunday (ISO 8601). */
export function weekday(date: FeelDate): number {
  return ((((epochDay(date) + 3) % 7) + 7) % 7) + 1;
}

/** The day of the year from 1. */
export function dayOfYear(date: FeelDate): number {
  return epochDay(date) - epochDay(new FeelDate(date.year, 1, 1)) + 1;
}

/** The number of the week in its year (ISO 8601): the week belongs to the year that its Thursday is in. */
export function weekOfYear(date: FeelDate): number {
  const thursday = dateOfEpochDay(epochDay(date) + 4 - weekday(date)) ?? date;
  return Math.floor((dayOfYear(thursday) - 1) / 7) + 1;
}
