import type { z } from 'zod';
import type { userTask } from '../../contract/user-tasks.js';
import { idOf } from '../../runtime/ids.js';
import type { UserTaskRow } from '../../runtime/ports.js';
import { optionalTimeText, timeText } from './time-text.js';

/** A user task as the contract shows it. */
export function userTaskView(row: UserTaskRow): z.input<typeof userTask> {
  return {
    userTaskId: row.userTaskId,
    elementInstanceId: idOf(row.processInstanceId, row.elementInstanceKey),
    elementId: row.elementId,
    name: row.name,
    state: row.state,
    assignee: row.assignee,
    candidateGroups: [...row.candidateGroups],
    candidateUsers: [...row.candidateUsers],
    dueAt: optionalTimeText(row.dueAt),
    followUpAt: optionalTimeText(row.followUpAt),
    priority: row.priority,
    formId: row.formId,
    customHeaders: row.headers,
    processInstanceId: row.processInstanceId,
    processDefinitionId: row.processDefinitionId,
    bpmnProcessId: row.bpmnProcessId,
    businessKey: row.businessKey,
    createdAt: timeText(row.createdAt),
    endedAt: optionalTimeText(row.endedAt),
  };
}
