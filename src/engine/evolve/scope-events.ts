import type { ProcessEvent } from '../event.js';
import type { ElementInstance } from '../state.js';
import { closeWait } from './draft-waits.js';
import { changing, countTokens, instance, put } from './state-draft.js';
import type { Changing, OwnKeys, StateDraft } from './state-draft.js';

export type ScopeEvent = Extract<
  ProcessEvent,
  {
    type:
      | 'scopeInterrupted'
      | 'compensationBegun'
      | 'compensationContinued'
      | 'compensationEnded'
      | 'scopeReopened'
      | 'scopeClosed';
  }
>;

/** Scopes are interrupted, and what has completed in them is compensated. */
export function applyToScope(draft: StateDraft, event: ScopeEvent, own: OwnKeys): void {
  switch (event.type) {
    case 'scopeInterrupted': {
      for (const waitKey of event.disarmed) closeWait(draft, event.key, waitKey);
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
      put(draft, event.key, {
        elementId,
        scope,
        compensates,
        reopened: true,
        tokens: 0,
        ...(compensations.length > 0 && { compensations }),
        ...(variables && { variables }),
      });
      own.add(event.key);
      countTokens(draft, own, scope, 1);
      return;
    }
    case 'scopeClosed': {
      const { scope } = instance(draft, event.key);
      draft.elementInstances = draft.elementInstances.delete(event.key);
      countTokens(draft, own, scope, -1);
      return;
    }
    default:
      event satisfies never;
  }
}

function takeRecords(scope: Changing<ElementInstance>, keys: ReadonlySet<number>): void {
  const left = scope.compensations?.filter(({ key }) => !keys.has(key)) ?? [];
  if (left.length > 0) scope.compensations = left;
  else delete scope.compensations;
}
