import type { ExecutableDecision } from './decision.js';
import { IncidentError } from './incident-error.js';
import type { JsonObject, JsonValue } from './json.js';
import { ownValue } from './json.js';
import type { DecisionResultMapping } from './process-model.js';

/**
 * The result of a decision as the task wants it: as it is, or in one of the four forms of Camunda 7's `mapDecisionResult`, which go by
 * the results of rules with their outputs by name. @throws IncidentError when the result has no such form
 */
export function mappedResult(
  mapping: DecisionResultMapping | undefined,
  decision: ExecutableDecision,
  result: JsonValue,
): JsonValue {
  if (mapping === undefined) return result;
  const rows = rowsOf(decision, result);
  switch (mapping) {
    case 'singleEntry':
      return rows.length === 0 ? null : onlyEntry(decision, onlyRow(decision, rows));
    case 'singleResult':
      return rows.length === 0 ? null : onlyRow(decision, rows);
    case 'collectEntries':
      return rows.map((row) => onlyEntry(decision, row));
    case 'resultList':
      return rows;
    default:
      return mapping satisfies never;
  }
}

/** A list of objects, one for each rule that gives a result; what is no table gives one under its own name. */
function rowsOf({ decisionId, table }: ExecutableDecision, result: JsonValue): readonly JsonObject[] {
  const outputs = table?.outputs ?? [decisionId];
  if (result === null) return [];
  const results = table?.isList && Array.isArray(result) ? (result as readonly JsonValue[]) : [result];
  const [only] = outputs;
  if (outputs.length === 1 && only !== undefined) return results.map((value) => ({ [only]: value }));
  return results.filter(isObject);
}

function onlyRow({ decisionId }: ExecutableDecision, rows: readonly JsonObject[]): JsonObject {
  const [row, ...more] = rows;
  if (row !== undefined && more.length === 0) return row;
  throw new IncidentError(
    'decision-failed',
    `Expected one result of decision "${decisionId}" but found ${rows.length}.`,
  );
}

function onlyEntry({ decisionId }: ExecutableDecision, row: JsonObject): JsonValue {
  const [name, ...more] = Object.keys(row);
  if (name !== undefined && more.length === 0) return ownValue(row, name) ?? null;
  throw new IncidentError(
    'decision-failed',
    `Expected one output of decision "${decisionId}" but found ${Object.keys(row).join(', ') || 'none'}.`,
  );
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
