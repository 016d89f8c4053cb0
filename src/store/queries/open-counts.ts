import type { OpenCounts, ProcessCount } from '../../runtime/ports.js';
import type { Reader } from '../session.js';
import { integerOf, type SqlRow, textOf } from '../sql-value.js';
import { statement } from '../statement.js';

/** Bounds of one count, so that it costs the same however much there is. */
export const openCountLimits = {
  /** Rows of jobs, of timers, of incidents, and active instances of one definition. */
  rows: 10_000,
  /** Active instances of all definitions. */
  instances: 100_000,
  /** The newest. */
  definitions: 200,
  /** Definitions that are counted without a pause. */
  together: 5,
} as const;

const newestDefinitions = statement(
  `SELECT tenant_id, process_definition_id, bpmn_process_id FROM process_definition
   ORDER BY deployed_at DESC, process_definition_id LIMIT $1`,
);
/** Along the index of definition and state. */
const activeInstances = statement(
  `SELECT count(*) FROM (
     SELECT 1 FROM process_instance
     WHERE tenant_id = $1 AND process_definition_id = $2 AND status = 'active' LIMIT $3
   ) AS counted`,
);
/** Of these tables there are rows of what is open alone, or an index of them. */
const byDefinition = (rows: string) =>
  statement(
    `SELECT definition.bpmn_process_id, sum(counted.number) FROM (
       SELECT process_definition_id, count(*) AS number FROM (${rows} LIMIT $1) AS first
       GROUP BY process_definition_id
     ) AS counted
     JOIN process_definition AS definition ON definition.process_definition_id = counted.process_definition_id
     GROUP BY definition.bpmn_process_id`,
  );
const openIncidents = byDefinition(`SELECT process_definition_id FROM incident WHERE resolved_at IS NULL`);
const openTimers = byDefinition(`SELECT process_definition_id FROM timer`);
const openJobs = byDefinition(`SELECT process_definition_id FROM job`);

/** Counts what is open, of every tenant, in pieces that hold the database for some milliseconds at most. */
export async function openCounts(reader: Reader): Promise<OpenCounts> {
  const { rows, definitions, together, instances: instancesMax } = openCountLimits;
  const bounded = [openJobs, openTimers, openIncidents].map((counted) => ({
    statement: counted,
    parameters: [rows],
  }));
  const [jobs = [], timers = [], incidents = []] = await reader.readAll(bounded);
  const [found = []] = await reader.readAll([{ statement: newestDefinitions, parameters: [definitions] }]);
  const processInstances: ProcessCount[] = [];
  let total = 0;
  let isCut = found.length === definitions;
  for (let at = 0; at < found.length; at += together) {
    if (total >= instancesMax) {
      isCut = true;
      break;
    }
    const some = found.slice(at, at + together);
    const counts = await reader.readAll(
      some.map(([tenantId = null, definitionId = null]) => ({
        statement: activeInstances,
        parameters: [tenantId, definitionId, rows],
      })),
    );
    for (const [index, definition] of some.entries()) {
      const count = integerOf(counts[index]?.[0]?.[0]);
      total += count;
      isCut ||= count === rows;
      if (count > 0) processInstances.push({ bpmnProcessId: textOf(definition[2]), count });
    }
    // SQLite answers at once and keeps everybody else waiting.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const counted = {
    jobs: jobs.map(countOf),
    timers: timers.map(countOf),
    incidents: incidents.map(countOf),
  };
  const full = (['jobs', 'timers', 'incidents'] as const).filter((kind) => sumOf(counted[kind]) >= rows);
  return { ...counted, processInstances, cut: [...(isCut ? (['processInstances'] as const) : []), ...full] };
}

function countOf([bpmnProcessId, count]: SqlRow): ProcessCount {
  return { bpmnProcessId: textOf(bpmnProcessId), count: integerOf(count) };
}

function sumOf(counts: readonly ProcessCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}
