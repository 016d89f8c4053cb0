import type { Reach } from '../../runtime/ports.js';
import type { Dialect } from '../dialect.js';
import { escapedText } from '../sql-value.js';
import type { SqlConditions } from './sql-conditions.js';

/** A condition that a reach adds to a search. */
export interface ReachCondition {
  /** `?` for each of `parameters`; then, once, a column with `IN LIST` for the elements of `names`. */
  readonly sql: string;
  readonly parameters?: readonly string[];
  readonly names?: readonly string[];
}

/** Rows of processes that are reached. */
export function ofProcesses(table: string, { bpmnProcessIds }: Reach): readonly ReachCondition[] {
  return bpmnProcessIds === undefined
    ? []
    : [{ sql: `${table}.bpmn_process_id IN LIST`, names: bpmnProcessIds }];
}

/** None of the rows. */
export const noRows: readonly ReachCondition[] = [{ sql: '1 = 0' }];

/** Adds the conditions, all of which must hold. */
export function addReach(
  added: SqlConditions,
  dialect: Dialect,
  conditions: readonly ReachCondition[],
): void {
  for (const { sql, parameters = [], names } of conditions) {
    const list = names === undefined ? [] : [JSON.stringify(names.map(escapedText))];
    const condition = sql.replace(/(\S+) IN LIST/, (_, column: string) => dialect.isIn(column, '?'));
    added.add(condition, [...parameters.map(escapedText), ...list]);
  }
}
