import type { JournalElement, JournalEntry, JournalFeed } from '../../runtime/ports.js';
import { perDialect } from '../dialect.js';
import type { Reader } from '../session.js';
import { integerOf, optionalTextOf, type SqlInput, type SqlRow, textOf, toSqlValue } from '../sql-value.js';
import { type Statement, statement } from '../statement.js';

const entries = `SELECT journal.sequence, journal.tenant_id, journal.process_instance_id, journal.at,
    journal.process_definition_id, journal.traceparent, journal.command, journal.events,
    COALESCE(definition.bpmn_process_id, instance.bpmn_process_id), instance.business_key,
    CASE WHEN instance.process_instance_id IS NULL THEN 1 ELSE 0 END
  FROM journal
  LEFT JOIN process_instance AS instance ON instance.process_instance_id = journal.process_instance_id
  LEFT JOIN process_definition AS definition
    ON definition.process_definition_id = journal.process_definition_id`;

const after = statement(`${entries} WHERE journal.sequence > $1 ORDER BY journal.sequence LIMIT $2`);

// `+ 0`: by the index of the instances, never through the whole journal in its order.
const inRange = `journal.sequence > $3 AND journal.sequence <= $4
  ORDER BY journal.sequence + 0 LIMIT $5`;

const ofInstances = perDialect(({ isIn }) =>
  statement(
    `${entries} WHERE journal.tenant_id = $1 AND ${isIn('journal.process_instance_id', '$2')} AND ${inRange}`,
  ),
);

const ofBusinessKeys = perDialect(({ isIn }) =>
  statement(
    `${entries} WHERE journal.process_instance_id IN (
       SELECT process_instance_id FROM process_instance
       WHERE tenant_id = $1 AND ${isIn('business_key', '$2')}
     ) AND ${inRange}`,
  ),
);

const end = statement('SELECT sequence, at FROM journal ORDER BY sequence DESC LIMIT 1');

/**
 * A transaction locks the table before it draws a sequence, and everybody sees that it does. It becomes visible before it lets go of
 * its locks.
 */
const writers = statement(
  `SELECT DISTINCT virtualtransaction FROM pg_locks
   WHERE locktype = 'relation' AND relation = 'journal'::regclass AND mode = 'RowExclusiveLock' AND granted
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
);

const removedUntil = statement('SELECT ended_until FROM journal_removal');

const elements = perDialect(({ isPairIn }) =>
  statement(
    `SELECT process_instance_id, element_instance_key, element_id, element_name, element_type
     FROM element_instance WHERE ${isPairIn('process_instance_id', 'element_instance_key', '$1')}`,
  ),
);

/** The journal as those read it who tell others what has happened. */
export function createJournalFeed(reader: Reader): JournalFeed {
  const { name } = reader.dialect;
  const read = async (chosen: Statement, ...parameters: readonly SqlInput[]): Promise<readonly SqlRow[]> => {
    const [rows = []] = await reader.readAll([{ statement: chosen, parameters: parameters.map(toSqlValue) }]);
    return rows;
  };
  return {
    async after(sequence, limit) {
      return (await read(after, sequence, limit)).map(entryOf);
    },
    async selected({ tenantId, by, values }, range) {
      const statements = by === 'processInstanceId' ? ofInstances : ofBusinessKeys;
      const list = JSON.stringify(values.map(toSqlValue));
      const rows = await read(statements[name], tenantId, list, range.after, range.upTo, range.limit);
      return rows.map(entryOf);
    },
    async end() {
      const [row] = await read(end);
      return { sequence: integerOf(row?.[0] ?? 0), at: integerOf(row?.[1] ?? 0) };
    },
    async writers() {
      // SQLite has one writer: what it has committed is all there is.
      if (name === 'sqlite') return new Set();
      return new Set((await read(writers)).map(([transaction]) => textOf(transaction)));
    },
    async removedUntil() {
      const [row] = await read(removedUntil);
      return integerOf(row?.[0] ?? 0);
    },
    async elements(instances) {
      const pairs = instances.map(({ processInstanceId, elementInstanceKey }) => [
        processInstanceId,
        elementInstanceKey,
      ]);
      if (pairs.length === 0) return [];
      return (await read(elements[name], JSON.stringify(pairs))).map(elementOf);
    },
  };
}

function entryOf(row: SqlRow): JournalEntry {
  const [sequence, tenantId, processInstanceId, at, processDefinitionId, traceparent, command, events] = row;
  const [bpmnProcessId, businessKey, isAlone] = row.slice(8);
  const instance = textOf(processInstanceId);
  return {
    sequence: integerOf(sequence),
    tenantId: textOf(tenantId),
    processInstanceId: instance,
    processDefinitionId: textOf(processDefinitionId),
    at: integerOf(at),
    command: textOf(command),
    events: JSON.parse(textOf(events)) as JournalEntry['events'],
    ...optional('traceparent', traceparent),
    ...optional('bpmnProcessId', bpmnProcessId),
    ...optional('businessKey', businessKey),
    isRemoved: instance !== '' && integerOf(isAlone) === 1,
  };
}

function elementOf([processInstanceId, key, elementId, elementName, elementType]: SqlRow): JournalElement {
  return {
    processInstanceId: textOf(processInstanceId),
    elementInstanceKey: integerOf(key),
    elementId: textOf(elementId),
    ...optional('elementName', elementName),
    elementType: textOf(elementType),
  };
}

function optional<Name extends string>(
  name: Name,
  value: SqlRow[number] | undefined,
): { readonly [key in Name]?: string } {
  const text = optionalTextOf(value);
  return (text === undefined ? {} : { [name]: text }) as { readonly [key in Name]?: string };
}
