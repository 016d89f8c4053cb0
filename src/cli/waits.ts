import type { AnswerOf } from '../client/operation-types.js';

type HistoryEntry = AnswerOf<'getHistory'>['items'][number];

/** Something that an element instance waits for. */
export type Wait =
  | {
      readonly kind: 'userTask';
      readonly userTaskId: string;
      readonly assignee?: string;
      readonly candidates: readonly string[];
      readonly dueAt?: string;
    }
  | {
      readonly kind: 'job';
      readonly jobId: string;
      readonly type: string;
      readonly state: string;
      readonly retries: number;
      readonly worker?: string;
      readonly errorMessage?: string;
    }
  | {
      readonly kind: 'timer';
      readonly timerId: string;
      readonly elementId: string;
      readonly dueAt: string;
      readonly repetitionsLeft?: number;
    }
  | {
      readonly kind: 'message';
      readonly elementId: string;
      readonly name: string;
      readonly correlationKey?: string;
    }
  | { readonly kind: 'signal' | 'condition'; readonly elementId: string; readonly name: string };

/** A wait, and the element instance that has it; that of an event sub-process's start event is the scope around it. */
export interface PlacedWait {
  readonly elementInstanceId: string | undefined;
  readonly wait: Wait;
}

const opening = {
  messageSubscriptionOpened: 'message',
  signalSubscriptionOpened: 'signal',
  conditionalSubscriptionOpened: 'condition',
} as const;

/** The messages, signals and conditions that the history has begun to wait for, and not ended. Those of ended element instances are among them. */
export function openSubscriptions(history: readonly HistoryEntry[]): readonly PlacedWait[] {
  const open = new Map<string, PlacedWait>();
  for (const event of history.flatMap(({ events }) => events)) {
    const { subscriptionId, type } = event;
    const disarmed = new Set(event.disarmed);
    for (const id of open.keys()) if (disarmed.has(numberOf(id))) open.delete(id);
    if (subscriptionId === undefined || type === 'conditionUnmet') continue;
    const kind = Object.hasOwn(opening, type) ? opening[type as keyof typeof opening] : undefined;
    if (kind !== undefined) {
      open.set(subscriptionId, { elementInstanceId: event.elementInstanceId, wait: waitOf(kind, event) });
    } else if (event.remains !== true) {
      open.delete(subscriptionId);
    }
  }
  return [...open.values()];
}

function waitOf(kind: (typeof opening)[keyof typeof opening], event: HistoryEntry['events'][number]): Wait {
  const { catchingElementId: elementId = '', messageName, signalName, correlationKey } = event;
  const name = messageName ?? signalName ?? '';
  if (kind !== 'message') return { kind, elementId, name };
  return { kind, elementId, name, ...(correlationKey === undefined ? {} : { correlationKey }) };
}

/** Of an id in an instance: the number that tells it from others there. */
function numberOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('-') + 1));
}
