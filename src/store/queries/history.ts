import type { HistoryEntry, Queries } from '../../runtime/ports.js';
import type { Reader } from '../session.js';
import { integerOf, type SqlRow, textOf, toSqlValue } from '../sql-value.js';
import { tenantStatement } from '../statement.js';
import { endCursor, sequenceCursor } from './sequence-cursor.js';

const ofInstance = tenantStatement(
  `SELECT sequence, at, actor, command, event_version, events FROM journal
   WHERE tenant_id = $1 AND process_instance_id = $2 AND sequence > $3 ORDER BY sequence LIMIT $4`,
);

/** The commands of an instance, in order: those of one instance commit one after the other. */
export async function history(
  reader: Reader,
  tenantId: string,
  processInstanceId: string,
  page: Parameters<Queries['history']>[2],
): ReturnType<Queries['history']> {
  const parameters = [tenantId, processInstanceId, sequenceCursor(page.after), page.limit].map(toSqlValue);
  const [rows = []] = await reader.readAll([{ statement: ofInstance, parameters }]);
  const last = rows.at(-1);
  return { items: rows.map(entryOf), ...endCursor(last && integerOf(last[0])) };
}

function entryOf([sequence, at, actor, command, eventVersion, events]: SqlRow): HistoryEntry {
  return {
    sequence: String(integerOf(sequence)),
    at: integerOf(at),
    actor: textOf(actor),
    command: textOf(command),
    eventVersion: integerOf(eventVersion),
    events: JSON.parse(textOf(events)) as HistoryEntry['events'],
  };
}
