import type { Reach, SearchRequest, UserTaskRow } from '../../runtime/ports.js';
import { escapedText } from '../sql-value.js';
import { isOfTenant, tenantStatement } from '../statement.js';
import { userTaskTable } from '../user-tasks.js';
import type { Membership } from './membership.js';
import { ofProcesses, type ReachCondition } from './reach-conditions.js';
import type { Search } from './search.js';
import { searchFields } from './search-fields.js';

export const userTaskSearch: Search<UserTaskRow> = {
  table: userTaskTable.name,
  columns: userTaskTable.columns,
  decode: userTaskTable.decode,
  within: (reach) => [...ofProcesses(userTaskTable.name, reach), ...ofCandidate(reach)],
  idField: 'userTaskId',
  fields: searchFields(
    userTaskTable,
    [
      ...(['userTaskId', 'elementId', 'elementInstanceKey', 'state', 'priority', 'createdAt'] as const),
      ...(['processInstanceId', 'processDefinitionId', 'bpmnProcessId'] as const),
    ],
    ['name', 'assignee', 'dueAt', 'followUpAt', 'formId', 'businessKey', 'endedAt'],
  ),
  memberships: (request) => [
    ...candidatesOf('group', request.candidateGroups, request),
    ...candidatesOf('user', request.candidateUsers, request),
  ],
};

/** Tasks that the caller may do: its own, and those of its groups. As `isWithinTasks` says of one. */
function ofCandidate({ candidateGroups, user = '' }: Reach): readonly ReachCondition[] {
  if (candidateGroups === undefined) return [];
  const candidate = `SELECT 1 FROM user_task_candidate AS candidate
    WHERE candidate.tenant_id = user_task.tenant_id AND candidate.user_task_id = user_task.user_task_id`;
  const sql = `(assignee = ? OR EXISTS (${candidate}
    AND (candidate.kind = 'user' AND candidate.name = ? OR candidate.kind = 'group' AND candidate.name IN LIST)))`;
  return [{ sql, parameters: [user, user], names: candidateGroups }];
}

/** One task, by tenant and id. */
export const findUserTask = tenantStatement(
  `SELECT ${userTaskTable.columns} FROM user_task WHERE user_task_id = $2 AND ${isOfTenant('$1')}`,
);

/** With the state, where the filter asks for one: a group's open tasks are few among those it has done. */
function candidatesOf(
  kind: 'group' | 'user',
  names: readonly string[] | undefined,
  request: SearchRequest,
): readonly Membership[] {
  if (names === undefined) return [];
  const state = request.filter['state']?.$eq;
  const places = names.length === 0 ? 'NULL' : names.map(() => '?').join(', ');
  return [
    {
      table: 'user_task_candidate',
      idColumn: 'user_task_id',
      condition: `kind = '${kind}' AND name IN (${places})${state === undefined ? '' : ' AND state = ?'}`,
      parameters: [...names.map(escapedText), ...(state === undefined ? [] : [String(state)])],
    },
  ];
}
