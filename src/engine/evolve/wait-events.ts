import type { ProcessEvent } from '../event.js';
import type { Wait } from '../state.js';
import { closeWait, openWait } from './draft-waits.js';
import { changing, put } from './state-draft.js';
import type { OwnKeys, StateDraft } from './state-draft.js';

export type WaitEvent = Extract<
  ProcessEvent,
  {
    type:
      | 'jobCreated'
      | 'userTaskCreated'
      | 'callRequested'
      | 'messageSubscriptionOpened'
      | 'signalSubscriptionOpened'
      | 'conditionalSubscriptionOpened'
      | 'conditionMet'
      | 'conditionUnmet'
      | 'eventPartOccurred'
      | 'eventPartsConsumed'
      | 'timerScheduled'
      | 'jobCompleted'
      | 'userTaskCompleted'
      | 'callEnded'
      | 'timerTriggered'
      | 'messageCorrelated'
      | 'signalCaught';
  }
>;

/** What element instances wait for begins and ends. */
export function applyToWaits(draft: StateDraft, event: WaitEvent, own: OwnKeys): void {
  switch (event.type) {
    case 'jobCreated':
      openWait(draft, own, event.key, { kind: 'job', key: event.jobKey });
      return;
    case 'userTaskCreated':
      openWait(draft, own, event.key, { kind: 'userTask', key: event.userTaskKey });
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
      else closeWait(draft, event.key, event.subscriptionKey);
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
      put(draft, event.key, left.length > 0 ? { ...rest, occurred: left } : rest);
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
      closeWait(draft, event.key, event.jobKey);
      return;
    case 'userTaskCompleted':
      closeWait(draft, event.key, event.userTaskKey);
      return;
    case 'callEnded':
      closeWait(draft, event.key, event.callKey);
      return;
    case 'timerTriggered':
      closeWait(draft, event.key, event.timerKey);
      return;
    case 'messageCorrelated':
    case 'signalCaught':
      if (!event.remains) closeWait(draft, event.key, event.subscriptionKey);
      return;
    default:
      event satisfies never;
  }
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
