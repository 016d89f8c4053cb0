import type { ProcessEvent } from '../event.js';
import { changing, instance, put } from './state-draft.js';
import type { OwnKeys, StateDraft } from './state-draft.js';

export type DataEvent = Extract<
  ProcessEvent,
  {
    type:
      | 'variablesSet'
      | 'inputsMapped'
      | 'resultReceived'
      | 'incidentRaised'
      | 'incidentResolved'
      | 'escalationThrown'
      | 'callEscalated';
  }
>;

/** What element instances know: variables, results, incidents, and what has been escalated. */
export function applyToData(draft: StateDraft, event: DataEvent, own: OwnKeys): void {
  switch (event.type) {
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
    case 'incidentRaised': {
      draft.lastKey = Math.max(draft.lastKey, event.incidentKey);
      const { incidentKey, code, message, step } = event;
      changing(draft, own, event.key).incident = { key: incidentKey, code, message, step };
      return;
    }
    case 'incidentResolved': {
      const { incident: _resolved, ...rest } = instance(draft, event.key);
      put(draft, event.key, rest);
      return;
    }
    case 'escalationThrown':
      if (event.toCaller) {
        const { escalationCode, toCaller: variables } = event;
        draft.escalated = [...(draft.escalated ?? []), { escalationCode, variables }];
      }
      return;
    case 'callEscalated':
      changing(draft, own, event.key).escalationsTaken = event.escalationsTaken;
      return;
    default:
      event satisfies never;
  }
}
