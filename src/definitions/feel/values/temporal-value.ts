import { FeelDate } from '../temporal/date.js';
import { FeelDateTime } from '../temporal/date-time.js';
import { DaysTimeDuration, YearsMonthsDuration } from '../temporal/duration.js';
import { FeelTime } from '../temporal/time.js';
import type { Temporal, Value } from './value.js';

/** Whether the value is a date, a time, a date and time or a duration. */
export function isTemporal(value: Value): value is Temporal {
  return (
    value instanceof FeelDate ||
    value instanceof FeelDateTime ||
    value instanceof FeelTime ||
    value instanceof DaysTimeDuration ||
    value instanceof YearsMonthsDuration
  );
}
