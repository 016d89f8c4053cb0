import type { StartArrivalRow, StartArrivalStore, StartPlace } from '../runtime/ports.js';
import { perDialect } from './dialect.js';
import { type Session, writeRow } from './session.js';
import { integerOf, textOf, toSqlValue } from './sql-value.js';
import { tenantStatement } from './statement.js';
import { defineTable } from './table.js';

const arrivalTable = defineTable<StartArrivalRow>('start_arrival', {
  tenantId: 'key',
  bpmnProcessId: 'key',
  elementId: 'key',
  correlationKey: 'key',
  part: 'key',
  sequence: 'key',
  variables: 'json',
  hops: 'integer',
  createdAt: 'integer',
});

const atPlace = 'tenant_id = $1 AND bpmn_process_id = $2 AND element_id = $3';
const isMessage = `part LIKE 'message:%'`;

const remove = arrivalTable.remove([
  'tenantId',
  'bpmnProcessId',
  'elementId',
  'correlationKey',
  'part',
  'sequence',
]);
const oldest = tenantStatement(
  `SELECT ${arrivalTable.columns} FROM start_arrival WHERE ${atPlace} AND correlation_key = $4 AND (part, sequence) IN (
     SELECT part, MIN(sequence) FROM start_arrival WHERE ${atPlace} AND correlation_key = $4 GROUP BY part
   ) ORDER BY sequence`,
);
const count = tenantStatement(
  `SELECT COUNT(CASE WHEN correlation_key = $4 AND part = $5 THEN 1 END), COUNT(*) FROM start_arrival WHERE ${atPlace}`,
);
const shareOut = tenantStatement(
  `INSERT INTO start_arrival (${arrivalTable.columns})
   SELECT tenant_id, bpmn_process_id, element_id, taker.taker_key, part, sequence, variables, hops, created_at
   FROM start_arrival CROSS JOIN (
     SELECT correlation_key AS taker_key FROM start_arrival WHERE ${atPlace} AND correlation_key <> ''
     GROUP BY correlation_key
     HAVING COUNT(DISTINCT part) = $4 AND COUNT(CASE WHEN ${isMessage} THEN NULL ELSE 1 END) = 0
   ) AS taker
   WHERE ${atPlace} AND correlation_key = '' AND NOT ${isMessage}
   RETURNING correlation_key`,
);
const deliverComplete = perDialect(({ jsonString }) =>
  tenantStatement(
    `INSERT INTO delivery (tenant_id, hops, body)
     SELECT tenant_id, CAST($5 AS BIGINT), '{"kind":"startBuffered","bpmnProcessId":' || ${jsonString('bpmn_process_id')} ||
       ',"correlationKey":' || ${jsonString('correlation_key')} || '}'
     FROM start_arrival WHERE ${atPlace}
     GROUP BY tenant_id, bpmn_process_id, correlation_key HAVING COUNT(DISTINCT part) = $4
     RETURNING 1`,
  ),
);
const listParts = tenantStatement(
  `SELECT DISTINCT element_id, part FROM start_arrival WHERE tenant_id = $1 AND bpmn_process_id = $2`,
);
const removePart = tenantStatement(`DELETE FROM start_arrival WHERE ${atPlace} AND part = $4`);

export function createStartArrivalStore(session: Session): StartArrivalStore {
  const at = ({ tenantId, bpmnProcessId, elementId }: StartPlace, ...more: readonly (string | number)[]) =>
    [tenantId, bpmnProcessId, elementId, ...more].map(toSqlValue);
  return {
    async lock(tenantId, bpmnProcessId) {
      await session.lock(['start arrivals', tenantId, bpmnProcessId], true);
    },
    insert: (row) => writeRow(session, arrivalTable.insert, row),
    remove: (row) => writeRow(session, remove, row),
    async oldest(place, correlationKey) {
      const rows = await session.read(oldest, at(place, correlationKey));
      return rows.map(arrivalTable.decode);
    },
    async count(place, correlationKey, part) {
      const [row] = await session.read(count, at(place, correlationKey, part));
      return { ofKey: integerOf(row?.[0]), ofStart: integerOf(row?.[1]) };
    },
    async shareOut(place, messages) {
      const rows = await session.read(shareOut, at(place, messages));
      return new Set(rows.map(([key]) => textOf(key))).size;
    },
    async deliverComplete(place, parts, hops) {
      const rows = await session.read(deliverComplete[session.dialect.name], at(place, parts, hops));
      return rows.length;
    },
    async listParts(tenantId, bpmnProcessId) {
      const rows = await session.read(listParts, [tenantId, bpmnProcessId].map(toSqlValue));
      return rows.map(([elementId, part]) => ({ elementId: textOf(elementId), part: textOf(part) }));
    },
    removePart: (place, part) => session.write(removePart, at(place, part)),
  };
}
