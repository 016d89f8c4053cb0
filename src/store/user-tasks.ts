import type { UserTaskRow, UserTaskState, UserTaskStore } from '../runtime/ports.js';
import { lockingRead, type Session, writeRow } from './session.js';
import { toSqlValue } from './sql-value.js';
import { isOfTenant } from './statement.js';
import { defineTable } from './table.js';

export const userTaskTable = defineTable<UserTaskRow>('user_task', {
  userTaskId: 'key',
  tenantId: 'key',
  processInstanceId: 'key',
  processDefinitionId: 'key',
  bpmnProcessId: 'key',
  businessKey: 'key',
  elementId: 'key',
  elementInstanceKey: 'integer',
  userTaskKey: 'integer',
  name: 'text',
  state: 'key',
  assignee: 'key',
  candidateGroups: 'json',
  candidateUsers: 'json',
  dueAt: 'integer',
  followUpAt: 'integer',
  priority: 'integer',
  formId: 'text',
  headers: 'json',
  createdAt: 'integer',
  endedAt: 'integer',
});

interface CandidateRow {
  readonly userTaskId: string;
  readonly kind: 'group' | 'user';
  readonly name: string;
  readonly tenantId: string;
  readonly state: UserTaskState;
}

const candidateTable = defineTable<CandidateRow>('user_task_candidate', {
  userTaskId: 'key',
  kind: 'key',
  name: 'key',
  tenantId: 'key',
  state: 'key',
});

const save = userTaskTable.update(
  ['assignee', 'candidateGroups', 'candidateUsers', 'dueAt', 'followUpAt', 'priority'],
  ['userTaskId'],
);
const end = userTaskTable.update(['state', 'endedAt'], ['userTaskId']);
const removeCandidates = candidateTable.remove(['userTaskId']);
const endCandidates = candidateTable.update(['state'], ['userTaskId']);
/** One task, by id and tenant, locked. */
export const loadUserTask = lockingRead(
  `SELECT ${userTaskTable.columns} FROM user_task WHERE user_task_id = $1 AND ${isOfTenant('$2')}`,
);

const move = userTaskTable.update(['elementId', 'processDefinitionId', 'bpmnProcessId'], ['userTaskId']);

export function createUserTaskStore(session: Session): UserTaskStore {
  return {
    move: (userTaskId, place) => writeRow(session, move, { userTaskId, ...place }),
    insert(row) {
      writeRow(session, userTaskTable.insert, row);
      insertCandidates(session, row);
    },
    async load(tenantId, userTaskId) {
      const parameters = [userTaskId, tenantId].map(toSqlValue);
      const row = await session.readLocked(loadUserTask[session.dialect.name], parameters);
      return row && userTaskTable.decode(row);
    },
    save(row) {
      writeRow(session, save, row);
      writeRow(session, removeCandidates, row);
      insertCandidates(session, row);
    },
    end(userTaskId, state, endedAt) {
      writeRow(session, end, { userTaskId, state, endedAt });
      writeRow(session, endCandidates, { userTaskId, state });
    },
  };
}

function insertCandidates(session: Session, row: UserTaskRow): void {
  const { userTaskId, tenantId, state } = row;
  const insert = (kind: CandidateRow['kind'], names: readonly string[]): void => {
    for (const name of new Set(names)) {
      writeRow(session, candidateTable.insert, { userTaskId, kind, name, tenantId, state });
    }
  };
  insert('group', row.candidateGroups);
  insert('user', row.candidateUsers);
}
