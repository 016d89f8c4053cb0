import type { TimerPlan } from '../engine/event-definitions/timer.js';
import { nextPlan, planTimer } from '../engine/event-definitions/timer.js';
import { evaluateString } from '../engine/evaluate.js';
import { IncidentError } from '../engine/incident-error.js';
import type { EvaluationContext, ExecutableProcess } from '../engine/process-model.js';
import { startersOf } from '../engine/starters.js';
import { keepArrivals } from './arrivals.js';
import type { GatheredStart } from './gathered-starts.js';
import { gatheredStarts, partWithoutName } from './gathered-starts.js';
import type { ProcessDefinitionRow, StartSubscriptionRow } from './ports.js';
import type { Unit } from './unit.js';

/** What starts instances of a process from outside, with its values. */
export interface Starts {
  readonly gathered: readonly GatheredStart[];
  readonly subscriptions: readonly Pick<StartSubscriptionRow, 'kind' | 'name' | 'elementId'>[];
  readonly timers: readonly (TimerPlan & { readonly elementId: string; readonly part?: string })[];
}

/** A start event whose expressions give nothing to start by. */
export interface StartProblem {
  readonly elementId: string;
  readonly message: string;
}

/**
 * Evaluates the process's message, signal and timer starts. There are no variables yet: expressions that read one are no models. Conditions
 * are evaluated with the variables that somebody brings.
 */
export function planStarts(
  process: ExecutableProcess,
  now: number,
): { readonly starts: Starts; readonly problems: readonly StartProblem[] } {
  const context: EvaluationContext = { now, get: () => undefined };
  const subscriptions: Starts['subscriptions'][number][] = [];
  const timers: Starts['timers'][number][] = [];
  const problems: StartProblem[] = [];
  for (const { element, definition: event } of startersOf(process)) {
    const { id: elementId } = element;
    try {
      if (event.kind === 'message' || event.kind === 'signal') {
        const expression = event.kind === 'message' ? event.message.name : event.name;
        const name = evaluateString(expression, context, `the name of "${elementId}"`);
        const kind = event.kind;
        const isNew = subscriptions.every(
          (it) => it.elementId !== elementId || it.kind !== kind || it.name !== name,
        );
        if (isNew) subscriptions.push({ kind, name, elementId });
      }
      const isFirst = subscriptions.every((it) => it.kind !== 'conditional' || it.elementId !== elementId);
      if (event.kind === 'conditional' && isFirst)
        subscriptions.push({ kind: 'conditional', name: '', elementId });
      if (event.kind === 'timer') {
        const plan = planTimer(event, context, `the timer of "${elementId}"`);
        const part = partWithoutName(element, event);
        if (plan) timers.push({ ...plan, elementId, ...(part === undefined ? {} : { part }) });
      }
    } catch (error) {
      if (!(error instanceof IncidentError)) throw error;
      problems.push({ elementId, message: error.message });
    }
  }
  // Names that are none have been told above.
  const gathered = problems.length === 0 ? gatheredStarts(process, now) : [];
  return { starts: { gathered, subscriptions, timers }, problems };
}

/** The starts of a version that was the latest before: what was due by then has had its time and does not come again. */
export function startsToCome({ timers, ...others }: Starts, now: number): Starts {
  const toCome = timers.flatMap((timer) => {
    if (timer.dueAt > now) return [timer];
    if (timer.interval === undefined || timer.repetitionsLeft === 0) return [];
    const plan = nextPlan(timer, timer.interval, now);
    const { elementId, part } = timer;
    return plan ? [{ ...plan, elementId, ...(part === undefined ? {} : { part }) }] : [];
  });
  return { ...others, timers: toCome };
}

/**
 * The version's starts take the place of those of every other version of its process. Answers the names of the messages that did
 * not start the process before: see `startByBuffered`.
 */
export async function registerStarts(
  unit: Unit,
  row: ProcessDefinitionRow,
  starts: Starts,
): Promise<readonly string[]> {
  const { tx } = unit;
  const { tenantId, processDefinitionId, bpmnProcessId } = row;
  const versions = await tx.definitions.listVersions(tenantId, bpmnProcessId);
  tx.timers.removeStartTimers(
    tenantId,
    versions.map((version) => version.processDefinitionId),
  );
  const owner = { tenantId, processDefinitionId, bpmnProcessId };
  const subscriptions = starts.subscriptions.map((subscription) => ({ ...owner, ...subscription }));
  const before = await tx.startSubscriptions.listMessages(tenantId, bpmnProcessId);
  tx.startSubscriptions.replace(tenantId, bpmnProcessId, subscriptions);
  await keepArrivals(unit, row, starts.gathered);
  for (const timer of starts.timers) {
    tx.timers.insert({ ...timer, timerId: unit.newId(), tenantId, processDefinitionId });
    tx.afterCommit(() => unit.wakeups.timerScheduled(timer.dueAt));
  }
  const names = subscriptions.flatMap(({ kind, name }) => (kind === 'message' ? [name] : []));
  return [...new Set(names)].filter((name) => !before.includes(name));
}

/** A process without versions has no starts. */
export function removeStarts(unit: Unit, row: ProcessDefinitionRow): void {
  unit.tx.timers.removeStartTimers(row.tenantId, [row.processDefinitionId]);
  unit.tx.startSubscriptions.replace(row.tenantId, row.bpmnProcessId, []);
}
