import { dateOf } from '../temporal/date.js';
import type { FeelDate } from '../temporal/date.js';
import { FeelDateTime, dateTimeOfInstant, instantNanos } from '../temporal/date-time.js';
import { monthsDuration } from '../temporal/duration.js';
import type { DaysTimeDuration } from '../temporal/duration.js';
import { parseDate, parseDateTime, parseDuration, parseTime } from '../temporal/parse-temporal.js';
import { nanoOfDay, nanosPerSecond, timeOf, timeOfNano } from '../temporal/time.js';
import type { FeelTime } from '../temporal/time.js';
import { namedZone, offsetZone, utc } from '../temporal/zone.js';
import type { Zone } from '../temporal/zone.js';
import { hostValue } from '../values/host-value.js';
import { jsonValue } from '../values/json-value.js';
import type { Value } from '../values/value.js';
import { valueText } from '../values/value-text.js';
import { builtIn, signature } from './built-in.js';
import type { BuiltIn } from './built-in.js';
import {
  anything,
  date,
  dateOrDateTime,
  dateTime,
  daysTimeDuration,
  duration,
  integer,
  number,
  optional,
  text,
  time,
} from './parameters.js';

const dateParts = [integer('year'), integer('month'), integer('day')] as const;
const clockParts = [integer('hour'), integer('minute'), number('second')] as const;

/** Conversion functions (DMN 1.4, 10.3.4.1), and Camunda 8's `from json` and `to json`. */
export const conversionFunctions: readonly BuiltIn[] = [
  builtIn(
    'date',
    signature([text('from')], (_run, from) => parseDate(from)),
    signature([dateOrDateTime('from')], (_run, from) => (from instanceof FeelDateTime ? from.date : from)),
    signature(dateParts, (_run, year, month, day) => dateOf(year, month, day)),
  ),
  builtIn(
    'time',
    signature([text('from')], (_run, from) => parseTime(from)),
    signature([time('from')], (_run, from) => from),
    signature([dateTime('from')], (_run, from) => from.time),
    signature([date('from')], () => timeOfNano(0n, utc)),
    signature([...clockParts, optional(daysTimeDuration('offset'))], (_run, hour, minute, second, offset) =>
      clockTime(hour, minute, second, offset),
    ),
  ),
  builtIn(
    'date and time',
    signature([text('from')], (_run, from) => parseDateTime(from)),
    signature([dateTime('from')], (_run, from) => from),
    signature([date('from')], (_run, from) => new FeelDateTime(from, timeOfNano(0n, null))),
    signature([dateOrDateTime('date'), time('time')], (_run, day, clock) => {
      return new FeelDateTime(day instanceof FeelDateTime ? day.date : day, clock);
    }),
    signature([dateTime('date'), text('timezone')], (_run, moment, zone) => inZone(moment, zone)),
    signature(
      [...dateParts, ...clockParts, optional(daysTimeDuration('offset'))],
      (_run, year, month, day, hour, minute, second, offset) =>
        joined(dateOf(year, month, day), clockTime(hour, minute, second, offset)),
    ),
    signature(
      [...dateParts, ...clockParts, text('timezone')],
      (_run, year, month, day, hour, minute, second, name) => {
        const zone = namedZone(name);
        if (zone === null) return null;
        return joined(dateOf(year, month, day), clockInZone(hour, minute, second, zone));
      },
    ),
  ),
  builtIn(
    'number',
    signature(
      [text('from'), optional(text('grouping separator')), optional(text('decimal separator'))],
      (_run, from, grouping, decimal) => numberOf(from, grouping, decimal),
    ),
    signature([number('from')], (_run, from) => from),
  ),
  builtIn(
    'string',
    signature([anything('from')], (run, from) => valueText(run, from)),
  ),
  builtIn(
    'duration',
    signature([text('from')], (_run, from) => parseDuration(from)),
    signature([duration('from')], (_run, from) => from),
  ),
  builtIn(
    'years and months duration',
    signature([dateOrDateTime('from'), dateOrDateTime('to')], (_run, from, to) =>
      monthsDuration(monthsBetween(from, to)),
    ),
  ),
  builtIn(
    'from json',
    signature([text('value')], (run, value) => {
      run.charge(value.length >> 3);
      try {
        return hostValue(JSON.parse(value));
      } catch {
        // text that is no JSON has no value: null, as for every conversion
        return null;
      }
    }),
  ),
  builtIn(
    'to json',
    signature([anything('value')], (run, value) => {
      const json = JSON.stringify(jsonValue(run, value));
      run.chargeText(json.length);
      return json;
    }),
  ),
];

function joined(day: FeelDate | null, clock: FeelTime | null): FeelDateTime | null {
  return day === null || clock === null ? null : new FeelDateTime(day, clock);
}

function clockTime(
  hour: number,
  minute: number,
  second: number,
  offset: DaysTimeDuration | null,
): FeelTime | null {
  if (offset === null) return clockInZone(hour, minute, second, null);
  const zone = offsetZone(Number(offset.nanos / nanosPerSecond));
  return zone === null ? null : clockInZone(hour, minute, second, zone);
}

function clockInZone(hour: number, minute: number, second: number, zone: Zone | null): FeelTime | null {
  const whole = Math.floor(second);
  return timeOf(hour, minute, whole, Math.round((second - whole) * 1e9), zone);
}

/** The same moment on the clocks of a zone; a local date and time is taken to be in it already. */
function inZone(moment: FeelDateTime, name: string): FeelDateTime | null {
  const zone = namedZone(name);
  if (zone === null) return null;
  if (moment.time.zone !== null) return dateTimeOfInstant(instantNanos(moment), zone);
  return new FeelDateTime(moment.date, timeOfNano(nanoOfDay(moment.time), zone));
}

function numberOf(from: string, grouping: string | null, decimal: string | null): Value {
  if (grouping !== null && !['.', ',', ' '].includes(grouping)) return null;
  if (decimal !== null && !['.', ','].includes(decimal)) return null;
  if (grouping !== null && grouping === (decimal ?? '.')) return null;
  const ungrouped = grouping === null ? from : from.replaceAll(grouping, '');
  if (decimal === ',' && ungrouped.includes('.')) return null;
  const plain = decimal === ',' ? ungrouped.replace(',', '.') : ungrouped;
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain)) return null;
  return hostValue(Number(plain));
}

/** Whole months from one to the other; a month that is not yet full does not count. */
function monthsBetween(from: FeelDate | FeelDateTime, to: FeelDate | FeelDateTime): number {
  const start = from instanceof FeelDateTime ? from.date : from;
  const end = to instanceof FeelDateTime ? to.date : to;
  const months = (end.year - start.year) * 12 + (end.month - start.month);
  const rest = end.day - start.day || Number(clockNanos(to) - clockNanos(from));
  if (months > 0 && rest < 0) return months - 1;
  return months < 0 && rest > 0 ? months + 1 : months;
}

function clockNanos(value: FeelDate | FeelDateTime): bigint {
  return value instanceof FeelDateTime ? nanoOfDay(value.time) : 0n;
}
