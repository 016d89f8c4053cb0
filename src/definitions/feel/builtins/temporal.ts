import { dayOfYear, dateOf, daysInMonth, weekOfYear, weekday } from '../temporal/date.js';
import type { FeelDate } from '../temporal/date.js';
import { FeelDateTime, dateTimeOfInstant } from '../temporal/date-time.js';
import { FeelTime } from '../temporal/time.js';
import { utc, zoneText } from '../temporal/zone.js';
import type { Run } from '../run.js';
import { same } from '../values/comparison.js';
import { typeOf } from '../values/value.js';
import type { Value } from '../values/value.js';
import { builtIn, signature } from './built-in.js';
import type { BuiltIn } from './built-in.js';
import { anything, dateOrDateTime } from './parameters.js';

const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** Date and time functions (DMN 1.4, 10.3.4.6 and 10.3.4.8), and Camunda 8's `last day of month`. */
export const temporalFunctions: readonly BuiltIn[] = [
  { name: 'now', readsClock: true, signatures: [signature([], (run) => nowOf(run))] },
  { name: 'today', readsClock: true, signatures: [signature([], (run) => nowOf(run)?.date ?? null)] },
  builtIn(
    'is',
    signature([anything('value1'), anything('value2')], (run, left, right) => identical(run, left, right)),
  ),
  ofDate('day of year', (date) => dayOfYear(date)),
  ofDate('day of week', (date) => dayNames[weekday(date) - 1] ?? null),
  ofDate('month of year', (date) => monthNames[date.month - 1] ?? null),
  ofDate('week of year', (date) => weekOfYear(date)),
  ofDate('last day of month', (date) => dateOf(date.year, date.month, daysInMonth(date.year, date.month))),
];

function ofDate(name: string, answer: (date: FeelDate) => Value): BuiltIn {
  return builtIn(
    name,
    signature([dateOrDateTime('date')], (_run, value) =>
      answer(value instanceof FeelDateTime ? value.date : value),
    ),
  );
}

function nowOf(run: Run): FeelDateTime | null {
  return dateTimeOfInstant(BigInt(Math.trunc(run.context.now)) * 1_000_000n, utc);
}

/** The same element of the semantic domain: type and zone count, too (DMN 1.4, 10.3.4.6). */
function identical(run: Run, left: Value, right: Value): boolean {
  return typeOf(left) === typeOf(right) && zoneOf(left) === zoneOf(right) && same(run, left, right);
}

function zoneOf(value: Value): string {
  if (value instanceof FeelTime) return zoneText(value.zone);
  return value instanceof FeelDateTime ? zoneText(value.time.zone) : '';
}
