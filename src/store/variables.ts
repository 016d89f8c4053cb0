import type { VariableStore } from '../runtime/ports.js';
import { type Session, writeRow } from './session.js';
import { toSqlValue } from './sql-value.js';
import { statement } from './statement.js';
import { defineTable, keyLengthMax } from './table.js';

interface VariableRow {
  readonly processInstanceId: string;
  readonly name: string;
  readonly tenantId: string;
  readonly value: string;
}

export const variableTable = defineTable<VariableRow>('process_variable', {
  processInstanceId: 'key',
  name: 'key',
  tenantId: 'key',
  value: 'key',
});

const put = statement(
  `${variableTable.insert.statement.sql} ON CONFLICT (process_instance_id, name) DO UPDATE SET value = excluded.value`,
);
const remove = variableTable.remove(['processInstanceId', 'name']);

/** Names and values that are too long for the index are not searchable, like values that are no scalars. */
export function createVariableStore(session: Session): VariableStore {
  return {
    put(tenantId, processInstanceId, variables) {
      for (const { name, value } of variables) {
        if (name.length > keyLengthMax) continue;
        if (value === undefined || value.length > keyLengthMax) {
          writeRow(session, remove, { processInstanceId, name });
        } else {
          session.write(put, [processInstanceId, name, tenantId, value].map(toSqlValue));
        }
      }
    },
  };
}
