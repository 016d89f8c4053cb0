import type { ElementInstanceView, ElementStatistics, Queries } from '../../runtime/ports.js';
import { elementInstanceId, elementInstanceTable } from '../element-instances.js';
import type { Reader } from '../session.js';
import { integerOf, optionalTextOf, type SqlRow, textOf, toSqlValue } from '../sql-value.js';
import { tenantStatement } from '../statement.js';
import { endCursor, sequenceCursor } from './sequence-cursor.js';

const ofInstance = tenantStatement(
  `SELECT ${elementInstanceTable.columns}, (
     SELECT max(incident_id) FROM incident
     WHERE incident.process_instance_id = element_instance.process_instance_id
       AND incident.element_instance_key = element_instance.element_instance_key AND resolved_at IS NULL
   ) FROM element_instance
   WHERE tenant_id = $1 AND process_instance_id = $2 AND element_instance_key > $3
   ORDER BY element_instance_key LIMIT $4`,
);

const statesOfDefinition = tenantStatement(
  `SELECT element_id, state, count(*) FROM element_instance
   WHERE tenant_id = $1 AND process_definition_id = $2 GROUP BY element_id, state`,
);

const incidentsOfDefinition = tenantStatement(
  `SELECT element_id, count(*) FROM incident
   WHERE tenant_id = $1 AND process_definition_id = $2 AND resolved_at IS NULL GROUP BY element_id`,
);

/** Keys rise with activation, so that they are order and cursor in one. */
export async function elementInstances(
  reader: Reader,
  tenantId: string,
  processInstanceId: string,
  page: Parameters<Queries['elementInstances']>[2],
): ReturnType<Queries['elementInstances']> {
  const after = sequenceCursor(page.after);
  const parameters = [tenantId, processInstanceId, after, page.limit].map(toSqlValue);
  const [rows = []] = await reader.readAll([{ statement: ofInstance, parameters }]);
  const last = rows.at(-1);
  return {
    items: rows.map(viewOf),
    ...endCursor(last && elementInstanceTable.decode(last).elementInstanceKey),
  };
}

/** Counts per element. Reads one index entry for each element instance that the definition ever had. */
export async function elementStatistics(
  reader: Reader,
  tenantId: string,
  processDefinitionId: string,
): Promise<readonly ElementStatistics[]> {
  const parameters = [tenantId, processDefinitionId].map(toSqlValue);
  const [states = [], incidents = []] = await reader.readAll([
    { statement: statesOfDefinition, parameters },
    { statement: incidentsOfDefinition, parameters },
  ]);
  const counts = new Map<string, Record<string, number>>();
  const count = (elementId: string, what: string, number: number): void => {
    counts.set(elementId, { ...counts.get(elementId), [what]: number });
  };
  for (const [elementId, state, number] of states) count(textOf(elementId), textOf(state), integerOf(number));
  for (const [elementId, number] of incidents) count(textOf(elementId), 'incidents', integerOf(number));
  return [...counts]
    .map(([elementId, counted]) => ({
      elementId,
      active: counted['active'] ?? 0,
      completed: counted['completed'] ?? 0,
      canceled: counted['canceled'] ?? 0,
      incidents: counted['incidents'] ?? 0,
    }))
    .sort((a, b) => (a.elementId < b.elementId ? -1 : 1));
}

function viewOf(row: SqlRow): ElementInstanceView {
  const stored = elementInstanceTable.decode(row);
  const { processInstanceId, elementInstanceKey, parentElementInstanceKey: parent } = stored;
  const incidentId = optionalTextOf(row.at(-1));
  return {
    elementInstanceId: elementInstanceId(processInstanceId, elementInstanceKey),
    elementId: stored.elementId,
    ...(stored.elementName === undefined ? {} : { elementName: stored.elementName }),
    elementType: stored.elementType,
    state: stored.state,
    startedAt: stored.startedAt,
    ...(stored.endedAt === undefined ? {} : { endedAt: stored.endedAt }),
    ...(parent === undefined
      ? {}
      : { parentElementInstanceId: elementInstanceId(processInstanceId, parent) }),
    ...(incidentId === undefined ? {} : { incidentId }),
  };
}
