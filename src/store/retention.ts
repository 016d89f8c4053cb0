import type { EndedDefinition, RetentionStore } from '../runtime/ports.js';
import { perDialect } from './dialect.js';
import type { InstanceUnit } from './instance-unit.js';
import type { Session } from './session.js';
import { integerOf, optionalTextOf, type SqlRow, textOf } from './sql-value.js';
import { type Statement, statement } from './statement.js';

/** What was removed is looked at again after that time, where something that it called is still active. */
const POSTPONE_MS = 60_000;

/** Instances whose rows are removed together. */
const TOGETHER = 100;

const isRemovable = 'ended_at IS NOT NULL AND parent_process_instance_id IS NULL';

/** The definition after the given one, in order of the ids: one entry of the index, however many instances there are. */
export const nextEndedDefinition = statement(
  `SELECT ended.process_definition_id, definition.history_time_to_live, ended.ended_at
   FROM (
     SELECT process_definition_id, ended_at FROM process_instance
     WHERE ${isRemovable} AND process_definition_id > $1
     ORDER BY process_definition_id, ended_at LIMIT 1
   ) AS ended
   LEFT JOIN process_definition AS definition ON definition.process_definition_id = ended.process_definition_id`,
);

export function endedDefinitionOf([id, timeToLive, oldest]: SqlRow): EndedDefinition {
  const historyTimeToLive = optionalTextOf(timeToLive);
  return {
    processDefinitionId: textOf(id),
    ...(historyTimeToLive === undefined ? {} : { historyTimeToLive }),
    oldestEndedAt: integerOf(oldest),
  };
}

const findEnded = perDialect(({ skipLocked }) =>
  statement(
    `SELECT process_instance_id, ended_at FROM process_instance AS root
     WHERE process_definition_id = $1 AND ${isRemovable} AND ended_at <= $2 AND NOT EXISTS (
       SELECT 1 FROM process_instance AS called
       WHERE called.parent_process_instance_id = root.process_instance_id AND called.ended_at IS NULL
     )
     ORDER BY ended_at LIMIT $3 ${skipLocked}`,
  ),
);
const noteRemovedUntil = statement(
  `INSERT INTO journal_removal (one, ended_until) VALUES (1, $1)
   ON CONFLICT (one) DO UPDATE SET ended_until = excluded.ended_until
   WHERE journal_removal.ended_until < excluded.ended_until`,
);
const removeInstances = perDialect(({ isIn }) =>
  statement(`DELETE FROM process_instance WHERE ${isIn('process_instance_id', '$1')}`),
);
const noteRemoved = perDialect(({ jsonRows }) =>
  statement(
    `INSERT INTO removed_instance (process_instance_id, check_at)
     SELECT value, CAST($2 AS bigint) FROM ${jsonRows('$1')} WHERE true ON CONFLICT DO NOTHING`,
  ),
);

const takeRemoved = perDialect(({ skipLocked }) =>
  statement(
    `SELECT process_instance_id FROM removed_instance WHERE check_at <= $1
     ORDER BY check_at, process_instance_id LIMIT $2 ${skipLocked}`,
  ),
);
/** Sorted by what is no column, so that no index of all instances is gone through in that order. */
const findCalled = perDialect(({ isIn }) =>
  statement(
    `SELECT process_instance_id, parent_process_instance_id, ended_at FROM process_instance
     WHERE ${isIn('parent_process_instance_id', '$1')} ORDER BY process_instance_id || '' LIMIT $2`,
  ),
);
const postpone = perDialect(({ isIn }) =>
  statement(`UPDATE removed_instance SET check_at = $2 WHERE ${isIn('process_instance_id', '$1')}`),
);
const forget = perDialect(({ isIn }) =>
  statement(`DELETE FROM removed_instance WHERE ${isIn('process_instance_id', '$1')}`),
);

const findTasks = perDialect(({ isIn }) =>
  statement(`SELECT user_task_id FROM user_task WHERE ${isIn('process_instance_id', '$1')} LIMIT $2`),
);
const removeCandidates = perDialect(({ isIn }) =>
  statement(`DELETE FROM user_task_candidate WHERE ${isIn('user_task_id', '$1')}`),
);
const removeTasks = perDialect(({ isIn }) =>
  statement(`DELETE FROM user_task WHERE ${isIn('user_task_id', '$1')}`),
);

/** Tables of which an instance may have any number of rows, by their keys. */
const rowsOfInstances = (
  [
    ['journal', 'sequence'],
    ['element_instance', 'process_instance_id, element_instance_key'],
    ['process_variable', 'process_instance_id, name'],
    ['incident', 'incident_id'],
  ] as const
).map(([table, key]) =>
  perDialect(({ isIn }) =>
    statement(
      `DELETE FROM ${table} WHERE (${key}) IN (
         SELECT ${key} FROM ${table} WHERE ${isIn('process_instance_id', '$1')} LIMIT $2
       ) RETURNING 1`,
    ),
  ),
);

const findBatch = perDialect(({ skipLocked }) =>
  statement(
    `SELECT batch_id FROM batch WHERE ended_at IS NOT NULL AND ended_at <= $1 ORDER BY ended_at LIMIT 1 ${skipLocked}`,
  ),
);
const removeItems = statement(
  `DELETE FROM batch_item WHERE (batch_id, process_instance_id) IN (
     SELECT batch_id, process_instance_id FROM batch_item WHERE batch_id = $1 LIMIT $2
   ) RETURNING 1`,
);
const removeBatch = statement(`DELETE FROM batch WHERE batch_id = $1`);

export function createRetentionStore(session: Session, unit: InstanceUnit): RetentionStore {
  const { name } = session.dialect;
  const write = (
    statements: Readonly<Record<typeof name, Statement>>,
    ids: readonly string[],
    more?: number,
  ) => session.write(statements[name], [JSON.stringify(ids), ...(more === undefined ? [] : [more])]);
  const removeAll = (ids: readonly string[]): void => {
    if (ids.length === 0) return;
    for (const id of ids) unit.remove(id);
    write(removeInstances, ids);
    write(noteRemoved, ids, session.now);
  };

  /** Answers which of the instances cannot be forgotten yet, and how many called ones were removed. */
  async function removeCalled(ids: readonly string[], limit: number) {
    unit.flush();
    const rows = await session.read(findCalled[name], [JSON.stringify(ids), limit]);
    const ended = rows.filter(([, , endedAt]) => endedAt !== null).map(([id]) => textOf(id));
    const active = rows.filter(([, , endedAt]) => endedAt === null).map(([, parent]) => textOf(parent));
    removeAll(ended);
    return { callers: new Set(rows.map(([, parent]) => textOf(parent))), active, removed: ended.length };
  }

  async function removeUserTasks(ids: readonly string[], limit: number): Promise<number> {
    const rows = await session.read(findTasks[name], [JSON.stringify(ids), limit]);
    const tasks = rows.map(([id]) => textOf(id));
    if (tasks.length > 0) {
      write(removeCandidates, tasks);
      write(removeTasks, tasks);
    }
    return tasks.length;
  }

  return {
    async removeEnded(processDefinitionId, endedBy, limit) {
      unit.flush();
      const rows = await session.read(findEnded[name], [processDefinitionId, endedBy, limit]);
      removeAll(rows.map(([id]) => textOf(id)));
      const last = rows.at(-1);
      if (last !== undefined) session.write(noteRemovedUntil, [integerOf(last[1])]);
      return rows.length;
    },
    async removeRows(limit) {
      const taken = await session.read(takeRemoved[name], [session.now, Math.min(limit, TOGETHER)]);
      const ids = taken.map(([id]) => textOf(id));
      if (ids.length === 0) return 0;
      const { callers, active, removed } = await removeCalled(ids, limit);
      if (active.length > 0) write(postpone, active, session.now + POSTPONE_MS);
      let left = limit - removed;
      if (left > 0) left -= await removeUserTasks(ids, left);
      for (const remove of rowsOfInstances) {
        if (left <= 0) break;
        left -= (await session.read(remove[name], [JSON.stringify(ids), left])).length;
      }
      // Else there may be more of their rows.
      const gone = left > 0 ? ids.filter((id) => !callers.has(id)) : [];
      if (gone.length > 0) write(forget, gone);
      return limit - left + gone.length + active.length;
    },
    async removeBatches(endedBy, limit) {
      const [row] = await session.read(findBatch[name], [endedBy]);
      if (row === undefined) return 0;
      const batchId = textOf(row[0]);
      const items = await session.read(removeItems, [batchId, limit]);
      if (items.length === limit) return limit;
      session.write(removeBatch, [batchId]);
      return items.length + 1;
    },
  };
}
