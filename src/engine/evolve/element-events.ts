import type { ProcessEvent } from '../event.js';
import type { JsonValue } from '../json.js';
import type { CompensationRecord, ElementInstance } from '../state.js';
import { changing, changingLoop, countTokens, instance, put } from './state-draft.js';
import type { Changing, OwnKeys, StateDraft } from './state-draft.js';

export type ElementEvent = Extract<
  ProcessEvent,
  {
    type:
      | 'elementActivated'
      | 'tokenArrived'
      | 'tokensGathered'
      | 'elementCompleted'
      | 'elementCanceled'
      | 'stepPostponed'
      | 'elementsChosen'
      | 'completionConditionMet'
      | 'iterationsPlanned'
      | 'tokenPlaced'
      | 'tokensDropped';
  }
>;

/** Element instances come, go and are counted in the scope around them. */
export function applyToElement(draft: StateDraft, event: ElementEvent, own: OwnKeys): void {
  switch (event.type) {
    case 'elementActivated':
      draft.lastKey = Math.max(draft.lastKey, event.key);
      put(draft, event.key, activated(event));
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
    case 'tokensGathered': {
      const { arrived: _, ...activity } = changing(draft, own, event.key);
      put(draft, event.key, activity);
      return;
    }
    case 'elementCompleted': {
      const completed = instance(draft, event.key);
      const { scope, iteration } = completed;
      draft.elementInstances = draft.elementInstances.delete(event.key);
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
      draft.elementInstances = draft.elementInstances.delete(event.key);
      countTokens(draft, own, scope, -1);
      if (scope !== undefined && iteration !== undefined) {
        const loop = changingLoop(draft, own, scope);
        loop.terminated = (loop.terminated ?? 0) + 1;
      }
      return;
    }
    case 'stepPostponed':
      changing(draft, own, event.key).postponed = event.step;
      return;
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
  if (variables && compensates !== undefined) made.recalled = variables;
  return made;
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

/** Outputs stand where their items do, whatever completes first. */
function putOutput(outputs: JsonValue[], index: number, output: JsonValue): void {
  while (outputs.length < index) outputs.push(null);
  outputs[index] = output;
}
