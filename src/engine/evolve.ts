import { ElementInstances } from './element-instances.js';
import type { ProcessEvent } from './event.js';
import { applyToData } from './evolve/data-events.js';
import { applyToElement } from './evolve/element-events.js';
import { applyToProcessInstance } from './evolve/process-instance-events.js';
import { applyToScope } from './evolve/scope-events.js';
import { applyToWaits } from './evolve/wait-events.js';
import type { OwnKeys, StateDraft } from './evolve/state-draft.js';
import type { ProcessInstanceState } from './state.js';
import { ROOT_KEY, STATE_SCHEMA_VERSION } from './state.js';

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
  if (state) return { ...state, at };
  if (event?.type !== 'processInstanceStarted') {
    throw new Error(`Expected processInstanceStarted as the first event but found ${event?.type ?? 'none'}.`);
  }
  return {
    schema: STATE_SCHEMA_VERSION,
    processInstanceId: event.processInstanceId,
    status: 'active',
    lastKey: ROOT_KEY,
    at,
    elementInstances: ElementInstances.empty,
  };
}

/** Changes the draft as the event says: the only place where state changes. `own` belongs to the draft and is kept up with it. */
export function apply(draft: StateDraft, event: ProcessEvent, own: OwnKeys): void {
  switch (event.type) {
    case 'processInstanceStarted':
    case 'processInstanceCompleted':
    case 'processInstanceCanceled':
    case 'processInstanceTerminated':
    case 'processInstanceMigrated':
    case 'processInstanceSuspended':
    case 'processInstanceResumed':
      return applyToProcessInstance(draft, event, own);
    case 'elementActivated':
    case 'tokenArrived':
    case 'tokensGathered':
    case 'elementCompleted':
    case 'elementCanceled':
    case 'stepPostponed':
    case 'elementsChosen':
    case 'completionConditionMet':
    case 'iterationsPlanned':
    case 'tokenPlaced':
    case 'tokensDropped':
      return applyToElement(draft, event, own);
    case 'scopeInterrupted':
    case 'compensationBegun':
    case 'compensationContinued':
    case 'compensationEnded':
    case 'scopeReopened':
    case 'scopeClosed':
      return applyToScope(draft, event, own);
    case 'variablesSet':
    case 'inputsMapped':
    case 'resultReceived':
    case 'incidentRaised':
    case 'incidentResolved':
    case 'escalationThrown':
    case 'callEscalated':
      return applyToData(draft, event, own);
    case 'jobCreated':
    case 'userTaskCreated':
    case 'callRequested':
    case 'messageSubscriptionOpened':
    case 'signalSubscriptionOpened':
    case 'conditionalSubscriptionOpened':
    case 'conditionMet':
    case 'conditionUnmet':
    case 'eventPartOccurred':
    case 'eventPartsConsumed':
    case 'timerScheduled':
    case 'jobCompleted':
    case 'userTaskCompleted':
    case 'callEnded':
    case 'timerTriggered':
    case 'messageCorrelated':
    case 'signalCaught':
      return applyToWaits(draft, event, own);
    case 'jobRetried':
    case 'messageThrown':
    case 'signalThrown':
    case 'decisionEvaluated':
    case 'errorThrown':
      // What follows from these is told by events of their own.
      return;
    default:
      event satisfies never;
  }
}
