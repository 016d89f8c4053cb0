import { isCron, nextCronTick, parseCron } from '../../engine/time/cron.js';
import { parseDateTime } from '../../engine/time/date-time.js';
import { isWithinDates, parseDuration } from '../../engine/time/duration.js';
import { INSTANT_MAX } from '../../engine/time/instant.js';
import { parseRepeatingInterval } from '../../engine/time/repeating-interval.js';
import type { TimerEventDefinition } from '../../engine/process-model.js';
import { literal, literalText, readPlainValue, shown } from '../expressions.js';
import { bodyOf, child, describe } from '../model-element.js';
import type { EventDefinitionReader } from './event-definition-reader.js';
import { refuseVariables } from './no-variables.js';

const timers = {
  timeDate: {
    kind: 'date',
    what: 'an ISO 8601 date-time such as 2030-01-31T09:00:00Z',
    parse: parseDateTime,
  },
  timeDuration: { kind: 'duration', what: 'an ISO 8601 duration such as PT15M', parse: parseDuration },
  timeCycle: {
    kind: 'cycle',
    what: 'an ISO 8601 repeating interval such as R3/PT1H, or a cron expression that comes true such as 0 0 9 * * MON-FRI',
    parse: parseCycle,
  },
} as const;

const timerNames = ['timeDate', 'timeDuration', 'timeCycle'] as const;

/** A cron expression that never comes true, such as that for 30 February, is none. */
function parseCycle(text: string): unknown {
  if (!isCron(text)) return parseRepeatingInterval(text);
  const cron = parseCron(text);
  return cron && nextCronTick(cron, 0);
}

/** Whether a duration, or the first tick of a cycle that begins when it is reached, is beyond what a date can hold. */
function leadsTooFar(text: string): boolean {
  const cycle = parseRepeatingInterval(text);
  const duration = cycle?.start === undefined ? (cycle?.duration ?? parseDuration(text)) : undefined;
  return duration !== undefined && !isWithinDates(duration);
}

/** Timer (BPMN 2.0.2 §10.5.5): exactly one of date, duration and cycle, of a kind that makes sense at the place. */
export const readTimerEvent: EventDefinitionReader = (definition, event, place, context) => {
  const found = timerNames.filter((name) => child(definition, name) !== undefined);
  const [name] = found;
  const expression = name && child(definition, name);
  if (name === undefined || expression === undefined || found.length > 1) {
    const message = `Expected ${describe(event)} to have one of timeDate, timeDuration and timeCycle but found ${found.join(' and ') || 'none'}.`;
    context.log.report('invalid-timer', event, message);
    return undefined;
  }
  if (!place.timers.some((allowed) => allowed === name)) {
    const message = `Expected ${describe(event)}, as ${place.what}, to have ${place.timers.join(' or ')} but found ${name}.`;
    context.log.report('invalid-timer', event, message);
    return undefined;
  }
  return { kind: 'timer', timer: readTimer(name) };

  function readTimer(timerName: keyof typeof timers): TimerEventDefinition['timer'] {
    const { kind, what, parse } = timers[timerName];
    const value = readPlainValue(expression === undefined ? '' : bodyOf(expression), event, context.log);
    if (place.starts) refuseVariables(value, 'the timer', event, context.log);
    const text = literalText(value)?.trim();
    if (text === undefined) return { kind, value };
    if (parse(text) === undefined) {
      const message = `Expected ${timerName} of ${describe(event)} to be ${what}, or FEEL after "=", but found ${shown(text)}.`;
      context.log.report('invalid-timer', event, message);
    } else if (leadsTooFar(text)) {
      const message = `Expected ${timerName} of ${describe(event)} to lead to a time until ${INSTANT_MAX}, the last that a date can hold, but found ${shown(text)}.`;
      context.log.report('invalid-timer', event, message);
    }
    return { kind, value: literal(text) };
  }
};
