import type { Temporal, Value } from '../values/value.js';
import { weekday } from './date.js';
import type { FeelDate } from './date.js';
import { FeelDateTime, offsetOf } from './date-time.js';
import { partsOf, secondsDuration } from './duration.js';
import type { DaysTimeDuration, YearsMonthsDuration } from './duration.js';
import { FeelTime } from './time.js';
import { offsetAt } from './zone.js';

/** The property of a temporal value, such as `weekday` or `time offset`; null when it has none of that name (DMN 1.4, 10.3.2.5). */
export function temporalProperty(value: Temporal, name: string): Value {
  switch (value.type) {
    case 'date':
      return dateProperty(value, name);
    case 'time':
      return clockProperty(value, name);
    case 'date and time':
      return dateProperty(value.date, name) ?? clockProperty(value, name);
    case 'years and months duration':
      return monthsProperty(value, name);
    case 'days and time duration':
      return daysProperty(value, name);
  }
}

function dateProperty(date: FeelDate, name: string): Value {
  switch (name) {
    case 'year':
      return date.year;
    case 'month':
      return date.month;
    case 'day':
      return date.day;
    case 'weekday':
      return weekday(date);
    default:
      return null;
  }
}

function clockProperty(value: FeelTime | FeelDateTime, name: string): Value {
  const time = value instanceof FeelTime ? value : value.time;
  switch (name) {
    case 'hour':
      return time.hour;
    case 'minute':
      return time.minute;
    case 'second':
      return time.second + time.nanos / 1e9;
    case 'timezone':
      return time.zone?.kind === 'named' ? time.zone.name : null;
    case 'time offset': {
      if (time.zone === null) return null;
      const offset = value instanceof FeelDateTime ? offsetOf(value) : offsetAt(time.zone, 0);
      return offset === null ? null : secondsDuration(offset);
    }
    default:
      return null;
  }
}

function monthsProperty(duration: YearsMonthsDuration, name: string): Value {
  switch (name) {
    case 'years':
      return Math.trunc(duration.months / 12) + 0;
    case 'months':
      return (duration.months % 12) + 0;
    default:
      return null;
  }
}

function daysProperty(duration: DaysTimeDuration, name: string): Value {
  const parts = partsOf(duration);
  const sign = duration.nanos < 0n ? -1 : 1;
  switch (name) {
    case 'days':
      return sign * parts.days + 0;
    case 'hours':
      return sign * parts.hours + 0;
    case 'minutes':
      return sign * parts.minutes + 0;
    case 'seconds':
      return sign * (parts.seconds + parts.nanos / 1e9) + 0;
    default:
      return null;
  }
}
