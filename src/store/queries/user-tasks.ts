import type { Knex } from 'knex';
import type { SearchRequest, UserTaskRow } from '../../runtime/ports.js';
import { toSqlValue } from '../sql-value.js';
import { tenantStatement } from '../statement.js';
import { userTaskTable } from '../user-tasks.js';
import type { Search } from './search.js';
import { searchFields } from './search-fields.js';

export const userTaskSearch: Search<UserTaskRow> = {
  table: userTaskTable.name,
  columns: userTaskTable.columns,
  decode: userTaskTable.decode,
  idField: 'userTaskId',
  fields: searchFields(
    userTaskTable,
    [
      ...(['userTaskId', 'elementId', 'elementInstanceKey', 'state', 'priority', 'createdAt'] as const),
      ...(['processInstanceId', 'processDefinitionId', 'bpmnProcessId'] as const),
    ],
    ['name', 'assignee', 'dueAt', 'followUpAt', 'formId', 'businessKey', 'endedAt'],
  ),
  addFurther(builder, tenantId, request) {
    addCandidates(builder, tenantId, 'group', request.candidateGroups, request);
    addCandidates(builder, tenantId, 'user', request.candidateUsers, request);
  },
};

/** One task, by tenant and id. */
export const findUserTask = tenantStatement(
  `SELECT ${userTaskTable.columns} FROM user_task WHERE tenant_id = $1 AND user_task_id = $2`,
);

function addCandidates(
  builder: Knex.QueryBuilder,
  tenantId: string,
  kind: 'group' | 'user',
  names: readonly string[] | undefined,
  request: SearchRequest,
): void {
  if (names === undefined) return;
  const state = request.filter['state']?.$eq;
  const places = names.map(() => '?').join(', ');
  builder.whereRaw(
    `user_task_id IN (
       SELECT user_task_id FROM user_task_candidate
       WHERE tenant_id = ? AND kind = ? AND name IN (${places === '' ? 'NULL' : places})
       ${state === undefined ? '' : 'AND state = ?'}
     )`,
    [tenantId, kind, ...names.map(toSqlValue), ...(state === undefined ? [] : [toSqlValue(state)])],
  );
}
