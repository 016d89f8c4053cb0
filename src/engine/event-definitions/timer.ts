import { evaluate, unexpected } from '../evaluate.js';
import type { Execution } from '../execution.js';
import type { Awaited } from './catch.js';
import { IncidentError } from '../incident-error.js';
import type { EvaluationContext, Expression, TimerEventDefinition } from '../process-model.js';
import type { TimerWait } from '../state.js';
import { parseDateTime } from '../time/date-time.js';
import { addDuration, parseDuration } from '../time/duration.js';
import { INSTANT_MAX, isInstant } from '../time/instant.js';
import { isCron, nextCronTick, parseCron } from '../time/cron.js';
import { nextTick, parseRepeatingInterval, rhythmOf } from '../time/repeating-interval.js';

/** When a timer fires, and how it goes on. Milliseconds since the epoch. */
export interface TimerPlan {
  readonly dueAt: number;
  /** Of a cycle: its rhythm, see `rhythmOf`, or the cron expression. */
  readonly interval?: string;
  /** Of a cycle: ticks after this one; undefined without end. */
  readonly repetitionsLeft?: number;
}

/** Waits for a date, a duration or the ticks of a cycle (BPMN 2.0.2 §10.5.5; ISO 8601, cron). */
export function prepareTimer(
  execution: Execution,
  hostKey: number,
  { eventId, part }: Awaited,
  definition: TimerEventDefinition,
  context: EvaluationContext,
): () => void {
  const plan = planTimer(definition, context, `the timer of "${eventId}"`);
  if (!plan && execution.element(eventId).type === 'intermediateCatchEvent') {
    const message = `Expected the cycle of "${eventId}" to tick once or more but it never does.`;
    throw new IncidentError('invalid-timer', message);
  }
  return () => plan && schedule(execution, hostKey, { eventId, part }, plan);
}

/** A cycle that has ticked is set for its next tick, if there is one left. */
export function rearmTimer(execution: Execution, hostKey: number, wait: TimerWait): void {
  if (wait.interval === undefined || wait.repetitionsLeft === 0) return;
  const plan = nextPlan(wait, wait.interval, execution.at);
  if (plan) schedule(execution, hostKey, { eventId: wait.eventId, part: wait.part }, plan);
}

/** The plan after a tick that was served at `at`; undefined when the cycle has come to its end. */
export function nextPlan(tick: TimerPlan, interval: string, at: number): TimerPlan | undefined {
  const dueAt = nextDue(tick.dueAt, interval, at);
  if (dueAt === undefined) return undefined;
  return {
    dueAt,
    interval,
    ...(tick.repetitionsLeft === undefined ? {} : { repetitionsLeft: tick.repetitionsLeft - 1 }),
  };
}

function nextDue(dueAt: number, interval: string, at: number): number | undefined {
  if (!isCron(interval)) return nextTick(dueAt, interval, at);
  const cron = parseCron(interval);
  if (!cron) throw new Error(`Expected a cron expression as the rhythm of a cycle but found "${interval}".`);
  return nextCronTick(cron, Math.max(dueAt, at));
}

/** @returns undefined for a cycle that never ticks (`R0/…`, or past its end). @throws IncidentError */
export function planTimer(
  { timer }: TimerEventDefinition,
  context: EvaluationContext,
  what: string,
): TimerPlan | undefined {
  const value = evaluate(timer.value, context);
  const text = typeof value === 'string' ? value : '';
  const plan = { date: planDate, duration: planDuration, cycle: planCycle }[timer.kind](text, context.now);
  if (typeof plan === 'object') return plan;
  if (plan === 'never') return undefined;
  const expected =
    plan ??
    {
      date: 'an ISO 8601 date-time',
      duration: 'an ISO 8601 duration',
      cycle: 'an ISO 8601 repeating interval or a cron expression',
    }[timer.kind];
  throw new IncidentError('invalid-timer', unexpected(what, expected, timer.value, value).message);
}

/** An instant from an ISO 8601 date-time, or from a duration counted from now. @throws IncidentError */
export function evaluateInstant(expression: Expression, context: EvaluationContext, what: string): number {
  const value = evaluate(expression, context);
  const text = typeof value === 'string' ? value : '';
  const date = parseDateTime(text);
  if (date !== undefined) return date;
  const plan = planDuration(text, context.now);
  if (typeof plan === 'object') return plan.dueAt;
  throw unexpected(what, plan ?? 'an ISO 8601 date-time or duration', expression, value);
}

function planDate(text: string): TimerPlan | undefined {
  const dueAt = parseDateTime(text);
  return dueAt === undefined ? undefined : { dueAt };
}

/** What a duration has to be that leads beyond what a date can hold. */
const withinDates = `a duration that ends by ${INSTANT_MAX}, the last that a date can hold,` as const;

function planDuration(text: string, now: number): TimerPlan | typeof withinDates | undefined {
  const duration = parseDuration(text);
  const dueAt = duration && addDuration(now, duration);
  if (dueAt === undefined) return undefined;
  return isInstant(dueAt) ? { dueAt } : withinDates;
}

function planCycle(text: string, now: number): TimerPlan | 'never' | typeof withinDates | undefined {
  if (isCron(text.trim())) return planCron(text.trim(), now);
  const cycle = parseRepeatingInterval(text);
  if (!cycle) return undefined;
  if (cycle.repetitions === 0) return 'never';
  const dueAt = cycle.start ?? addDuration(now, cycle.duration);
  if (!isInstant(dueAt)) return withinDates;
  const { repetitions, end = Infinity } = cycle;
  if (dueAt > end) return 'never';
  const interval = rhythmOf(cycle, dueAt);
  return { dueAt, interval, ...(repetitions === undefined ? {} : { repetitionsLeft: repetitions - 1 }) };
}

function planCron(text: string, now: number): TimerPlan | 'never' | undefined {
  const cron = parseCron(text);
  if (!cron) return undefined;
  const dueAt = nextCronTick(cron, now);
  return dueAt === undefined ? 'never' : { dueAt, interval: text };
}

function schedule(execution: Execution, hostKey: number, { eventId, part }: Awaited, plan: TimerPlan): void {
  const timerKey = execution.nextKey();
  const { dueAt, interval, repetitionsLeft } = plan;
  const left = repetitionsLeft === undefined ? {} : { repetitionsLeft };
  execution.emit({
    type: 'timerScheduled',
    key: hostKey,
    timerKey,
    eventId,
    dueAt,
    ...(interval === undefined ? {} : { interval }),
    ...left,
    ...(part === undefined ? {} : { part }),
  });
  execution.effect({
    type: 'scheduleTimer',
    timerKey,
    elementInstanceKey: hostKey,
    elementId: eventId,
    dueAt,
    ...left,
  });
}
