import type { ProcessEvent } from '../event.js';
import { ROOT_KEY } from '../state.js';
import { migrate } from './migrated-elements.js';
import { changing, instance, put } from './state-draft.js';
import type { OwnKeys, StateDraft } from './state-draft.js';

export type ProcessInstanceEvent = Extract<
  ProcessEvent,
  {
    type:
      | 'processInstanceStarted'
      | 'processInstanceCompleted'
      | 'processInstanceCanceled'
      | 'processInstanceTerminated'
      | 'processInstanceMigrated'
      | 'processInstanceSuspended'
      | 'processInstanceResumed';
  }
>;

/** What happens to the process instance as a whole. */
export function applyToProcessInstance(draft: StateDraft, event: ProcessInstanceEvent, own: OwnKeys): void {
  switch (event.type) {
    case 'processInstanceStarted':
      put(draft, ROOT_KEY, { elementId: event.bpmnProcessId });
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
    default:
      event satisfies never;
  }
}

function resume(draft: StateDraft, own: OwnKeys): void {
  delete draft.suspended;
  for (const [key, found] of draft.elementInstances.entries()) {
    if (found.postponed === undefined) continue;
    delete changing(draft, own, key).postponed;
  }
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
  put(draft, ROOT_KEY, root);
}
