import type { JsonObject } from '../../../src/contract/json-value.js';
import { compareSchemas, hasPassedSunset, type Comparison } from './compare-schemas.js';
import { type DocumentedOperation, listOf, objectOf, operationsOf } from './document.js';
import type { BreakingChange, BreakingRule } from './rules.js';

/**
 * What of a document breaks those who call the interface as the one before describes it. `today` is a day, `2026-11-21`: what was
 * deprecated and has passed its sunset may be gone.
 */
export function breakingChanges(
  before: JsonObject,
  after: JsonObject,
  today: string,
): readonly BreakingChange[] {
  const changes: BreakingChange[] = [];
  const documents = { before, after, today, report: (change: BreakingChange) => changes.push(change) };
  const present = operationsOf(after);
  for (const [name, old] of operationsOf(before)) {
    const now = present.get(name);
    if (now !== undefined) compareOperation(name, old, now, documents);
    else if (!hasPassedSunset(old.fields, today))
      changes.push({ rule: 'operation-removed', place: name, detail: 'It was there.' });
  }
  return changes;
}

type Documents = Omit<Comparison, 'direction'>;

function compareOperation(
  name: string,
  { fields: old }: DocumentedOperation,
  { fields: now }: DocumentedOperation,
  documents: Documents,
): void {
  compareText('operation-renamed', 'operationId', name, old, now, documents);
  for (const field of ['x-permission', 'x-dry-run-permission'])
    compareText('permission-changed', field, name, old, now, documents);
  const request: Comparison = { ...documents, direction: 'request' };
  compareParameters(name, old, now, request);
  compareBody(name, objectOf(old['requestBody']), objectOf(now['requestBody']), request);
  compareAnswers(name, objectOf(old['responses']), objectOf(now['responses']), {
    ...documents,
    direction: 'answer',
  });
}

function compareText(
  rule: BreakingRule,
  field: string,
  place: string,
  old: JsonObject,
  now: JsonObject,
  { report }: Documents,
): void {
  const [was, is] = [String(old[field]), String(now[field])];
  // To ask for nothing any more takes nothing away.
  if (was !== is && is !== 'public') report({ rule, place, detail: `${field} ${was} → ${is}` });
}

function compareParameters(name: string, old: JsonObject, now: JsonObject, comparison: Comparison): void {
  const { report, today } = comparison;
  const [before, after] = [parametersOf(old), parametersOf(now)];
  for (const [key, parameter] of before) {
    const present = after.get(key);
    const place = `${name} ${key}`;
    if (present === undefined) {
      if (!hasPassedSunset(objectOf(parameter['schema']), today))
        report({ rule: 'request-field-removed', place, detail: 'It was there.' });
    } else compareSchemas(objectOf(parameter['schema']), objectOf(present['schema']), place, comparison);
  }
  for (const [key, parameter] of after) {
    if (parameter['required'] === true && before.get(key)?.['required'] !== true)
      report({ rule: 'request-field-required', place: `${name} ${key}`, detail: 'It could be left out.' });
  }
}

function parametersOf(operation: JsonObject): ReadonlyMap<string, JsonObject> {
  return new Map(
    listOf(operation['parameters'])
      .map(objectOf)
      .map((parameter) => [`${String(parameter['in'])} ${String(parameter['name'])}`, parameter]),
  );
}

function compareBody(name: string, old: JsonObject, now: JsonObject, comparison: Comparison): void {
  const place = `${name} request`;
  if (now['required'] === true && old['required'] !== true)
    comparison.report({ rule: 'request-body-required', place, detail: 'It could be left out.' });
  const [before, after] = [objectOf(old['content']), objectOf(now['content'])];
  for (const [type, media] of Object.entries(before)) {
    const present = after[type];
    if (present === undefined) comparison.report({ rule: 'request-media-type-removed', place, detail: type });
    else compareSchemas(schemaOf(objectOf(media)), schemaOf(objectOf(present)), place, comparison);
  }
}

function compareAnswers(name: string, old: JsonObject, now: JsonObject, comparison: Comparison): void {
  for (const status of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const place = `${name} ${status}`;
    const [before, after] = [old[status], now[status]];
    // Which problems there are is an open list.
    if (!status.startsWith('2') && (before === undefined || after === undefined)) continue;
    if (after === undefined) comparison.report({ rule: 'answer-status-removed', place, detail: status });
    else if (before === undefined) comparison.report({ rule: 'answer-status-added', place, detail: status });
    else
      compareContent(
        place,
        objectOf(objectOf(before)['content']),
        objectOf(objectOf(after)['content']),
        comparison,
      );
  }
}

function compareContent(place: string, old: JsonObject, now: JsonObject, comparison: Comparison): void {
  const [before, after] = [Object.keys(old), Object.keys(now)];
  if (before.join() !== after.join()) {
    const detail = `${before.join() || 'none'} → ${after.join() || 'none'}`;
    comparison.report({ rule: 'answer-media-type-changed', place, detail });
    return;
  }
  for (const type of before) {
    const [was, is] = [objectOf(old[type]), objectOf(now[type])];
    compareSchemas(schemaOf(was), schemaOf(is), place, comparison);
    const events = 'x-event-data';
    if (was[events] !== undefined && is[events] !== undefined)
      compareSchemas(objectOf(was[events]), objectOf(is[events]), `${place} data`, comparison);
  }
}

function schemaOf(media: JsonObject): JsonObject {
  return objectOf(media['schema']);
}
