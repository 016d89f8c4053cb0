import type { TimerRow, TimerStore } from '../runtime/ports.js';
import { perDialect } from './dialect.js';
import { lockingRead, type Session, writeRow } from './session.js';
import { toSqlValue } from './sql-value.js';
import { isOfTenant, statement, tenantStatement } from './statement.js';
import { defineTable } from './table.js';

const timerColumns = {
  timerId: 'key',
  tenantId: 'key',
  processDefinitionId: 'key',
  processInstanceId: 'key',
  elementInstanceKey: 'integer',
  timerKey: 'integer',
  elementId: 'key',
  dueAt: 'integer',
  interval: 'text',
  repetitionsLeft: 'integer',
  part: 'text',
} as const;

export const timerTable = defineTable<TimerRow>('timer', timerColumns);

const storedTable = defineTable<TimerRow & { readonly isSuspended: boolean }>('timer', {
  ...timerColumns,
  isSuspended: 'boolean',
});

const remove = timerTable.remove(['timerId']);
const suspend = statement(`UPDATE timer SET is_suspended = 1 WHERE process_instance_id = $1`);
const resume = statement(`UPDATE timer SET is_suspended = 0 WHERE process_instance_id = $1`);
const removeStartTimers = tenantStatement(
  `DELETE FROM timer WHERE tenant_id = $1 AND process_definition_id = $2 AND process_instance_id IS NULL`,
);
const due = perDialect(({ skipLocked }) =>
  statement(
    `SELECT ${timerTable.columns} FROM timer WHERE due_at <= $1 AND is_suspended = 0
     ORDER BY due_at, timer_id LIMIT $2 ${skipLocked}`,
  ),
);
/** One timer, by id and tenant, locked. */
export const loadTimer = lockingRead(
  `SELECT ${timerTable.columns} FROM timer WHERE timer_id = $1 AND ${isOfTenant('$2')}`,
);

/** The timers of an instance, by tenant and id, soonest first. */
export const timersOfInstance = tenantStatement(
  `SELECT ${timerTable.columns} FROM timer WHERE tenant_id = $1 AND process_instance_id = $2 ORDER BY due_at, timer_id`,
);

const move = timerTable.update(['elementId', 'processDefinitionId'], ['timerId']);

export function createTimerStore(session: Session): TimerStore {
  return {
    move: (timerId, place) => writeRow(session, move, { timerId, ...place }),
    insert: (row, { isSuspended = false } = {}) =>
      writeRow(session, storedTable.insert, { ...row, isSuspended }),
    suspend: (processInstanceId) => session.write(suspend, [processInstanceId]),
    resume: (processInstanceId) => session.write(resume, [processInstanceId]),
    remove: (timerId) => writeRow(session, remove, { timerId }),
    removeStartTimers(tenantId, processDefinitionIds) {
      for (const id of processDefinitionIds) session.write(removeStartTimers, [tenantId, id].map(toSqlValue));
    },
    async due(limit) {
      const rows = await session.read(due[session.dialect.name], [session.now, limit]);
      return rows.map(timerTable.decode);
    },
    async load(tenantId, timerId) {
      const row = await session.readLocked(
        loadTimer[session.dialect.name],
        [timerId, tenantId].map(toSqlValue),
      );
      return row && timerTable.decode(row);
    },
  };
}
