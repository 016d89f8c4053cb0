import type { ProcessEvent } from './event.js';
import type { JsonValue } from './json.js';
import type { CompensationRecord, ElementInstance, LoopState, ProcessInstanceState, Wait } from './state.js';
import { ROOT_KEY, STATE_SCHEMA_VERSION } from './state.js';

/** A state under construction: `apply` changes it in place, but never an element instance that it was given. */
export type StateDraft = {
  -readonly [K in keyof ProcessInstanceState]: K extends 'elementInstances'
    ? Record<number, ElementInstance>
    : ProcessInstanceState[K];
};

/** Keys of the element instances that were made or copied for a draft: only these may be changed in place. */
export type OwnKeys = Set<number>;

/**
 * The state after one event. Pure: `state` is not changed. Replaying an instance's events from the first
 * (`processInstanceStarted`, on an undefined state) gives the state that `advance` gave.
 */
export function evolve(
  state: ProcessInstanceState | undefined,
  event: ProcessEvent,
  at: number,
): ProcessInstanceState {
  const draft = draftOf(state, at, event);
  apply(draft, event, new Set());
  return draft;
}

/** A draft that shares its element instances with `state`; for the first event of an instance, an empty one. */
export function draftOf(
  state: ProcessInstanceState | undefined,
  at: number,
  event?: ProcessEvent,
): StateDraft {
  if (state) return { ...state, at, elementInstances: copyOfInstances(state) };
  if (event?.type !== 'processInstanceStarted') {
    throw new Error(`Expected processInstanceStarted as the first event but found ${event?.type ?? 'none'}.`);
  }
  return {
    schema: STATE_SCHEMA_VERSION,
    processInstanceId: event.processInstanceId,
    status: 'active',
    lastKey: ROOT_KEY,
    at,
    elementInstances: {},
  };
}

type Instances = ProcessInstanceState['elementInstances'];

/**
 * V8 copies an object whose numbered properties are dense like an array, a hundred times as fast as one whose properties are sparse; but a
 * place in the code that has seen a sparse one once copies all of them slowly from then on. So the two have places of their own.
 */
function copyOfInstances({
  elementInstances,
  lastKey,
}: ProcessInstanceState): Record<number, ElementInstance> {
  if (isDense(elementInstances, lastKey)) return { ...elementInstances };
  const copy: Record<number, ElementInstance> = {};
  for (const key in elementInstances) {
    const instance = elementInstances[key];
    if (instance) copy[key] = instance;
  }
  return copy;
}

const SAMPLES = 16;

/** Whether a fair part of the keys that were given out is open, told from some of them. Few keys are never sparse. */
function isDense(instances: Instances, lastKey: number): boolean {
  if (lastKey < 64) return true;
  let found = 0;
  for (let sample = 1; sample <= SAMPLES; sample++) {
    // Keys are given out in pairs, to an element instance and to its wait.
    const key = Math.floor((lastKey * sample) / (SAMPLES + 1));
    if (instances[key] ?? instances[key + 1]) found++;
  }
  return found > SAMPLES / 4;
}

/** Changes the draft as the event says: the only place where state changes. `own` belongs to the draft and is kept up with it. */
export function apply(draft: StateDraft, event: ProcessEvent, own: OwnKeys): void {
  switch (event.type) {
    case 'processInstanceStarted':
      draft.elementInstances[ROOT_KEY] = { elementId: event.bpmnProcessId };
      own.add(ROOT_KEY);
      if (event.businessKey !== undefined) draft.businessKey = event.businessKey;
      if (event.parent) draft.parent = event.parent;
      return;
    case 'processInstanceCompleted':
      end(draft, 'completed');
      return;
    case 'processInstanceCanceled':
      end(draft, 'canceled');
      return;
    case 'processInstanceTerminated':
      end(draft, 'terminated');
      if (event.errorCode !== undefined) draft.errorCode = event.errorCode;
      return;
    case 'processInstanceMigrated':
      migrate(draft, own, event);
      return;
    case 'processInstanceSuspended':
      draft.suspended = true;
      return;
    case 'processInstanceResumed':
      resume(draft, own);
      return;
    case 'stepPostponed':
      changing(draft, own, event.key).postponed = event.step;
      return;
    case 'elementActivated':
      draft.lastKey = Math.max(draft.lastKey, event.key);
      draft.elementInstances[event.key] = activated(event);
      own.add(event.key);
      // A token that came by a sequence flow was counted when it was put there.
      if (event.flowId === undefined) countTokens(draft, own, event.scope, 1);
      if (event.iteration !== undefined) changingLoop(draft, own, event.scope).started = event.iteration;
      return;
    case 'tokenArrived': {
      const join = changing(draft, own, event.key);
      join.arrived = [...(join.arrived ?? []), event.flowId];
      countTokens(draft, own, join.scope, -1);
      return;
    }
    case 'elementCompleted': {
      const completed = instance(draft, event.key);
      const { scope, iteration } = completed;
      delete draft.elementInstances[event.key];
      countTokens(draft, own, scope, event.flows.length - 1);
      if (scope !== undefined && event.compensable) {
        const around = changing(draft, own, scope);
        const records = recordsOf(event.key, completed, event.compensable);
        around.compensations = [...(around.compensations ?? []), ...records];
      }
      if (scope !== undefined && iteration !== undefined) {
        const loop = changingLoop(draft, own, scope);
        loop.completed++;
        if (event.output !== undefined) putOutput((loop.outputs ??= []), iteration - 1, event.output);
      }
      return;
    }
    case 'elementCanceled': {
      const { scope, iteration } = instance(draft, event.key);
      delete draft.elementInstances[event.key];
      countTokens(draft, own, scope, -1);
      if (scope !== undefined && iteration !== undefined) {
        const loop = changingLoop(draft, own, scope);
        loop.terminated = (loop.terminated ?? 0) + 1;
      }
      return;
    }
    case 'elementsChosen': {
      const adHoc = changing(draft, own, event.key);
      adHoc.adHoc = { ...adHoc.adHoc, waiting: event.waiting };
      return;
    }
    case 'completionConditionMet':
      changing(draft, own, event.key).adHoc = { waiting: [], done: true };
      return;
    case 'iterationsPlanned': {
      const loop = changingLoop(draft, own, event.key);
      loop.total = event.total;
      if (event.items) loop.items = event.items;
      return;
    }
    case 'tokenPlaced':
      countTokens(draft, own, event.key, 1);
      return;
    case 'tokensDropped':
      countTokens(draft, own, event.key, -event.flows.length);
      return;
    case 'scopeInterrupted': {
      for (const waitKey of event.disarmed) closeWait(draft, own, event.key, waitKey);
      const scope = changing(draft, own, event.key);
      scope.interrupted = true;
      delete scope.compensating;
      return;
    }
    case 'compensationBegun': {
      const takenKeys = new Set(event.records.map(({ key }) => key));
      for (const key of event.scopes) takeRecords(changing(draft, own, key), takenKeys);
      const compensator = changing(draft, own, event.key);
      const left = event.canceling ? [] : (compensator.compensating ?? []);
      compensator.compensating = [...left, ...event.records];
      if (event.canceling) compensator.canceling = true;
      return;
    }
    case 'compensationContinued': {
      const compensator = changing(draft, own, event.key);
      compensator.compensating = (compensator.compensating ?? []).slice(0, -1);
      return;
    }
    case 'compensationEnded':
      delete changing(draft, own, event.key).compensating;
      return;
    case 'scopeReopened': {
      const { elementId, scope, compensates, compensations, variables } = event;
      draft.elementInstances[event.key] = {
        elementId,
        scope,
        compensates,
        reopened: true,
        tokens: 0,
        ...(compensations.length > 0 && { compensations }),
        ...(variables && { variables }),
      };
      own.add(event.key);
      countTokens(draft, own, scope, 1);
      return;
    }
    case 'scopeClosed': {
      const { scope } = instance(draft, event.key);
      delete draft.elementInstances[event.key];
      countTokens(draft, own, scope, -1);
      return;
    }
    case 'variablesSet': {
      const scope = changing(draft, own, event.key);
      scope.variables = { ...scope.variables, ...event.variables };
      return;
    }
    case 'inputsMapped':
      changing(draft, own, event.key).variables = event.variables;
      return;
    case 'resultReceived':
      changing(draft, own, event.key).result = event.variables;
      return;
    case 'jobCreated':
      openWait(draft, own, event.key, { kind: 'job', key: event.jobKey });
      return;
    case 'userTaskCreated':
      openWait(draft, own, event.key, { kind: 'userTask', key: event.userTaskKey });
      return;
    case 'escalationThrown':
      if (event.toCaller) {
        const { escalationCode, toCaller: variables } = event;
        draft.escalated = [...(draft.escalated ?? []), { escalationCode, variables }];
      }
      return;
    case 'callEscalated':
      changing(draft, own, event.key).escalationsTaken = event.escalationsTaken;
      return;
    case 'callRequested':
      delete changing(draft, own, event.key).escalationsTaken;
      openWait(draft, own, event.key, { kind: 'call', key: event.callKey });
      return;
    case 'messageSubscriptionOpened':
      openWait(draft, own, event.key, {
        kind: 'message',
        key: event.subscriptionKey,
        eventId: event.eventId,
        ...partOf(event),
      });
      return;
    case 'signalSubscriptionOpened':
      openWait(draft, own, event.key, {
        kind: 'signal',
        key: event.subscriptionKey,
        eventId: event.eventId,
        ...partOf(event),
      });
      return;
    case 'conditionalSubscriptionOpened':
      openWait(draft, own, event.key, {
        kind: 'conditional',
        key: event.subscriptionKey,
        eventId: event.eventId,
        ...partOf(event),
      });
      return;
    case 'conditionMet':
      if (event.remains) setMet(draft, own, event.key, event.subscriptionKey, true);
      else closeWait(draft, own, event.key, event.subscriptionKey);
      return;
    case 'conditionUnmet':
      setMet(draft, own, event.key, event.subscriptionKey, false);
      return;
    case 'eventPartOccurred': {
      const host = changing(draft, own, event.key);
      const { eventId, part, variables } = event;
      const others = (host.occurred ?? []).filter((it) => it.eventId !== eventId || it.part !== part);
      host.occurred = [...others, { eventId, part, variables }];
      return;
    }
    case 'eventPartsConsumed': {
      const { occurred = [], ...rest } = changing(draft, own, event.key);
      const left = occurred.filter(({ eventId }) => eventId !== event.eventId);
      draft.elementInstances[event.key] = left.length > 0 ? { ...rest, occurred: left } : rest;
      return;
    }
    case 'timerScheduled':
      openWait(draft, own, event.key, {
        kind: 'timer',
        key: event.timerKey,
        eventId: event.eventId,
        ...partOf(event),
        dueAt: event.dueAt,
        ...(event.interval !== undefined ? { interval: event.interval } : {}),
        ...(event.repetitionsLeft !== undefined ? { repetitionsLeft: event.repetitionsLeft } : {}),
      });
      return;
    case 'jobCompleted':
      closeWait(draft, own, event.key, event.jobKey);
      return;
    case 'userTaskCompleted':
      closeWait(draft, own, event.key, event.userTaskKey);
      return;
    case 'callEnded':
      closeWait(draft, own, event.key, event.callKey);
      return;
    case 'timerTriggered':
      closeWait(draft, own, event.key, event.timerKey);
      return;
    case 'messageCorrelated':
    case 'signalCaught':
      if (!event.remains) closeWait(draft, own, event.key, event.subscriptionKey);
      return;
    case 'incidentRaised': {
      draft.lastKey = Math.max(draft.lastKey, event.incidentKey);
      const { incidentKey, code, message, step } = event;
      changing(draft, own, event.key).incident = { key: incidentKey, code, message, step };
      return;
    }
    case 'incidentResolved': {
      const { incident: _resolved, ...rest } = instance(draft, event.key);
      draft.elementInstances[event.key] = rest;
      return;
    }
    case 'jobRetried':
    case 'messageThrown':
    case 'signalThrown':
    case 'decisionEvaluated':
    case 'errorThrown':
      // What follows from these is told by events of its own.
      return;
    default:
      event satisfies never;
  }
}

function activated({
  elementId,
  scope,
  flowId,
  arriving,
  starts,
  body,
  iteration,
  variables,
  compensates,
}: Extract<ProcessEvent, { type: 'elementActivated' }>): ElementInstance {
  const made: Changing<ElementInstance> = { elementId, scope };
  if (arriving && flowId !== undefined) made.arrived = [flowId];
  if (starts) made.starts = starts;
  if (compensates !== undefined) made.compensates = compensates;
  if (body) made.loop = { kind: body, started: 0, completed: 0 };
  if (iteration !== undefined) made.iteration = iteration;
  if (variables) made.variables = variables;
  return made;
}

function instance(draft: StateDraft, key: number): ElementInstance {
  const found = draft.elementInstances[key];
  if (!found)
    throw new Error(`Expected an open element instance with key ${key} in ${draft.processInstanceId}.`);
  return found;
}

function migrate(
  draft: StateDraft,
  own: OwnKeys,
  {
    bpmnProcessId,
    elements,
    kept,
    closed,
    occurred = [],
  }: Extract<ProcessEvent, { type: 'processInstanceMigrated' }>,
): void {
  changing(draft, own, ROOT_KEY).elementId = bpmnProcessId;
  for (const { key, elementId, arrived, waiting, remembered } of elements) {
    const instance = changing(draft, own, key);
    instance.elementId = elementId;
    if (arrived) instance.arrived = arrived;
    if (waiting) instance.adHoc = { ...instance.adHoc, waiting };
    if (remembered) rename(instance, remembered);
  }
  for (const [name, instance] of Object.entries(draft.elementInstances)) {
    const { occurred: parts, ...rest } = instance;
    if (!parts) continue;
    const left = parts.flatMap((part) => {
      const event = occurred.find(({ key, from }) => key === Number(name) && from === part.eventId);
      return event ? [{ ...part, eventId: event.to }] : [];
    });
    draft.elementInstances[Number(name)] = left.length > 0 ? { ...rest, occurred: left } : rest;
    own.add(Number(name));
  }
  for (const { key, waitKey } of closed) closeWait(draft, own, key, waitKey);
  for (const { key, waitKey, eventId } of kept) {
    const instance = changing(draft, own, key);
    instance.waits = (instance.waits ?? []).map((wait) =>
      wait.key === waitKey && 'eventId' in wait ? { ...wait, eventId } : wait,
    );
  }
}

/** Renames what is remembered, at every depth. */
function rename(instance: Changing<ElementInstance>, ids: Readonly<Record<string, string>>): void {
  const pending: Changing<CompensationRecord>[] = [];
  const renamed = (records: readonly CompensationRecord[]) =>
    records.map((record) => {
      const copy = { ...record, elementId: ids[record.elementId] ?? record.elementId };
      pending.push(copy);
      return copy;
    });
  if (instance.compensations) instance.compensations = renamed(instance.compensations);
  if (instance.compensating) instance.compensating = renamed(instance.compensating);
  for (let record = pending.pop(); record; record = pending.pop()) {
    if (record.inner) record.inner = renamed(record.inner);
  }
}

function resume(draft: StateDraft, own: OwnKeys): void {
  delete draft.suspended;
  for (const [key, found] of Object.entries(draft.elementInstances)) {
    if (found.postponed === undefined) continue;
    delete changing(draft, own, Number(key)).postponed;
  }
}

/** What is remembered of an activity that completes; of one that is done several times, what is remembered of each time. */
function recordsOf(
  key: number,
  { elementId, variables, compensations, loop, iteration }: ElementInstance,
  compensable: 'handler' | 'scope',
): readonly CompensationRecord[] {
  if (loop) return compensations ?? [];
  const isRead = compensable === 'scope' || iteration !== undefined;
  return [
    {
      key,
      elementId,
      ...(isRead && variables && { variables }),
      ...(compensable === 'scope' && compensations && { inner: compensations }),
    },
  ];
}

function takeRecords(scope: Changing<ElementInstance>, keys: ReadonlySet<number>): void {
  const left = scope.compensations?.filter(({ key }) => !keys.has(key)) ?? [];
  if (left.length > 0) scope.compensations = left;
  else delete scope.compensations;
}

/** What the process itself waited for, its incident and its suspension end with it. */
function end(draft: StateDraft, status: 'completed' | 'canceled' | 'terminated'): void {
  draft.status = status;
  delete draft.suspended;
  const {
    incident: _incident,
    waits: _waits,
    postponed: _postponed,
    compensations: _compensations,
    compensating: _compensating,
    ...root
  } = instance(draft, ROOT_KEY);
  draft.elementInstances[ROOT_KEY] = root;
}

function countTokens(draft: StateDraft, own: OwnKeys, scope: number | undefined, change: number): void {
  if (scope === undefined || change === 0) return;
  // A scope that is being canceled goes after what is inside it; it never goes before.
  const found = changing(draft, own, scope);
  found.tokens = (found.tokens ?? 0) + change;
}

function openWait(draft: StateDraft, own: OwnKeys, key: number, wait: Wait): void {
  const found = changing(draft, own, key);
  draft.lastKey = Math.max(draft.lastKey, wait.key);
  found.waits = found.waits ? [...found.waits, wait] : [wait];
}

/** Of a wait that stands for one definition of a multiple event. */
function partOf({ part }: { readonly part?: number }): { readonly part?: number } {
  return part === undefined ? {} : { part };
}

function setMet(draft: StateDraft, own: OwnKeys, key: number, waitKey: number, isMet: boolean): void {
  const changed = changing(draft, own, key);
  changed.waits = (changed.waits ?? []).map((wait): Wait => {
    if (wait.key !== waitKey || wait.kind !== 'conditional') return wait;
    const { met: _before, ...rest } = wait;
    return isMet ? { ...rest, met: true } : rest;
  });
}

function closeWait(draft: StateDraft, own: OwnKeys, key: number, waitKey: number): void {
  const found = changing(draft, own, key);
  const left = (found.waits ?? []).filter((wait) => wait.key !== waitKey);
  if (left.length > 0) found.waits = left;
  else delete found.waits;
}

type Changing<T> = { -readonly [K in keyof T]: T[K] };

/** The element instance, to be changed in place: a copy the first time, since what a draft was given is shared. */
function changing(draft: StateDraft, own: OwnKeys, key: number): Changing<ElementInstance> {
  const found = instance(draft, key);
  if (own.has(key)) return found;
  const copy = found.loop ? { ...found, loop: copyOf(found.loop) } : { ...found };
  draft.elementInstances[key] = copy;
  own.add(key);
  return copy;
}

type ChangingLoop = Changing<Omit<LoopState, 'outputs'>> & { outputs?: JsonValue[] };

/** The progress of a body, to be changed in place: it is copied with its element instance. */
function changingLoop(draft: StateDraft, own: OwnKeys, key: number): ChangingLoop {
  const { loop } = changing(draft, own, key);
  if (!loop) throw new Error(`Expected element instance ${key} to be the body of a loop.`);
  return loop as ChangingLoop;
}

function copyOf(loop: LoopState): LoopState {
  return loop.outputs ? { ...loop, outputs: [...loop.outputs] } : { ...loop };
}

/** Outputs stand where their items do, whatever completes first. */
function putOutput(outputs: JsonValue[], index: number, output: JsonValue): void {
  while (outputs.length < index) outputs.push(null);
  outputs[index] = output;
}
