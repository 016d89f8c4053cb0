import type { JsonObject, JsonValue } from '../../../src/contract/json-value.js';
import { listOf, objectOf, resolved } from './document.js';
import type { BreakingChange, BreakingRule } from './rules.js';

/** Both documents, and what is being looked at. */
export interface Comparison {
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly direction: 'request' | 'answer';
  /** The day of the comparison, `2026-11-21`: what has passed its sunset may go. */
  readonly today: string;
  readonly report: (change: BreakingChange) => void;
}

/** Whatever type there may be; a schema without `type` takes all of them. */
const everyType = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

/** Bounds that a request is held to: which way is tighter. */
const bounds = [
  ...['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'].map(
    (name) => [name, 1] as const,
  ),
  ...['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'].map(
    (name) => [name, -1] as const,
  ),
];

const looseBounds: Readonly<Record<string, number>> = { minLength: 0, minItems: 0, minProperties: 0 };

/** Reports what of the schema breaks those who send or read such values. Schemas that refer to themselves are followed once. */
export function compareSchemas(
  before: JsonObject,
  after: JsonObject,
  place: string,
  comparison: Comparison,
  seen: ReadonlySet<string> = new Set(),
): void {
  const pair = `${String(before['$ref'])} ${String(after['$ref'])}`;
  if (before['$ref'] !== undefined && seen.has(pair)) return;
  const within = before['$ref'] === undefined ? seen : new Set([...seen, pair]);
  const old = resolved(before, comparison.before);
  const now = resolved(after, comparison.after);
  const [oldChoices, newChoices] = [alternativesOf(old), alternativesOf(now)];
  if (oldChoices.length > 0 || newChoices.length > 0) {
    compareAlternatives(old, now, place, comparison, within);
    return;
  }
  compareTypes(old, now, place, comparison);
  compareValues(old, now, place, comparison);
  if (comparison.direction === 'request') compareBounds(old, now, place, comparison);
  compareFields(old, now, place, comparison, within);
  for (const inner of ['items', 'additionalProperties'] as const) {
    const [one, other] = [old[inner], now[inner]];
    if (isObject(one) && isObject(other)) compareSchemas(one, other, `${place}/*`, comparison, within);
  }
}

function alternativesOf(schema: JsonObject): readonly JsonObject[] {
  return [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])].map(objectOf);
}

/** Each alternative that callers send has to be taken by one that there is; each that is answered has to be one that there was. */
function compareAlternatives(
  old: JsonObject,
  now: JsonObject,
  place: string,
  comparison: Comparison,
  seen: ReadonlySet<string>,
): void {
  const isRequest = comparison.direction === 'request';
  const given = choicesOf(isRequest ? old : now);
  const taken = choicesOf(isRequest ? now : old);
  for (const one of given) {
    const attempts = taken.map((other): readonly BreakingChange[] => {
      const found: BreakingChange[] = [];
      const [left, right] = isRequest ? [one, other] : [other, one];
      compareSchemas(left, right, place, { ...comparison, report: (change) => found.push(change) }, seen);
      return found;
    });
    const best = attempts.reduce<readonly BreakingChange[] | undefined>(
      (least, found) => (least === undefined || found.length < least.length ? found : least),
      undefined,
    );
    for (const change of best ?? []) comparison.report(change);
  }
}

function choicesOf(schema: JsonObject): readonly JsonObject[] {
  const alternatives = alternativesOf(schema);
  return alternatives.length === 0 ? [schema] : alternatives;
}

function compareTypes(old: JsonObject, now: JsonObject, place: string, comparison: Comparison): void {
  const [oldTypes, newTypes] = [typesOf(old), typesOf(now)];
  const isRequest = comparison.direction === 'request';
  const lost = isRequest ? beyond(oldTypes, newTypes) : beyond(newTypes, oldTypes);
  const rule: BreakingRule = isRequest ? 'request-type-narrowed' : 'answer-type-widened';
  if (lost.length > 0) comparison.report({ rule, place, detail: lost.join(', ') });
}

function typesOf({ type, const: only, enum: values }: JsonObject): readonly string[] {
  if (typeof type === 'string') return [type];
  const listed = listOf(type);
  if (listed.length > 0) return listed.map(String);
  const known = only === undefined ? listOf(values) : [only];
  return known.length > 0 ? [...new Set(known.map(typeOf))] : everyType;
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** An integer is a number. */
function beyond(some: readonly string[], others: readonly string[]): readonly string[] {
  return some.filter((type) => !others.includes(type) && !(type === 'integer' && others.includes('number')));
}

function compareValues(old: JsonObject, now: JsonObject, place: string, comparison: Comparison): void {
  const [oldValues, newValues] = [valuesOf(old), valuesOf(now)];
  if (comparison.direction === 'request') {
    if (newValues === undefined) return;
    const lost =
      oldValues === undefined ? ['any other'] : oldValues.filter((value) => !newValues.includes(value));
    if (lost.length > 0) comparison.report({ rule: 'request-value-removed', place, detail: lost.join(', ') });
    return;
  }
  if (oldValues === undefined || old['x-open-list'] === true) return;
  const added =
    newValues === undefined ? ['any other'] : newValues.filter((value) => !oldValues.includes(value));
  if (added.length > 0) comparison.report({ rule: 'answer-value-added', place, detail: added.join(', ') });
}

function valuesOf({ const: only, enum: values }: JsonObject): readonly string[] | undefined {
  const known = only === undefined ? listOf(values) : [only];
  return known.length === 0 ? undefined : known.map((value) => JSON.stringify(value));
}

function compareBounds(
  old: JsonObject,
  now: JsonObject,
  place: string,
  { report }: Pick<Comparison, 'report'>,
): void {
  const rule = 'request-bound-tightened';
  for (const [name, tighter] of bounds) {
    const [was, is] = [numberAt(old, name), numberAt(now, name)];
    if (is === undefined) continue;
    const isTighter = was === undefined || (is - was) * tighter > 0;
    if (isTighter) report({ rule, place, detail: `${name} ${was ?? 'none'} → ${is}` });
  }
  for (const name of ['pattern', 'format', 'multipleOf', 'uniqueItems'] as const) {
    const [was, is] = [old[name], now[name]];
    if (is !== undefined && is !== false && JSON.stringify(was) !== JSON.stringify(is))
      report({ rule, place, detail: `${name} ${JSON.stringify(was) ?? 'none'} → ${JSON.stringify(is)}` });
  }
  const [wasNamed, isNamed] = [objectOf(old['propertyNames']), objectOf(now['propertyNames'])];
  if (Object.keys(isNamed).length > 0) compareBounds(wasNamed, isNamed, `${place}/*`, { report });
}

function numberAt(schema: JsonObject, name: string): number | undefined {
  const value = schema[name] ?? looseBounds[name];
  return typeof value === 'number' ? value : undefined;
}

function compareFields(
  old: JsonObject,
  now: JsonObject,
  place: string,
  comparison: Comparison,
  seen: ReadonlySet<string>,
): void {
  const [oldFields, newFields] = [objectOf(old['properties']), objectOf(now['properties'])];
  const [wasRequired, isRequired] = [listOf(old['required']), listOf(now['required'])];
  const { direction, report } = comparison;
  for (const [name, field] of Object.entries(oldFields)) {
    const here = `${place}/${name}`;
    const present = newFields[name];
    if (present === undefined) {
      const isTaken = direction === 'request' && now['additionalProperties'] !== false;
      const rule = direction === 'request' ? 'request-field-removed' : 'answer-field-removed';
      if (!isTaken && !hasPassedSunset(objectOf(field), comparison.today))
        report({ rule, place: here, detail: 'It was there.' });
      continue;
    }
    if (direction === 'answer' && wasRequired.includes(name) && !isRequired.includes(name))
      report({ rule: 'answer-field-optional', place: here, detail: 'It was always there.' });
    compareSchemas(objectOf(field), objectOf(present), here, comparison, seen);
  }
  if (direction === 'answer') return;
  for (const name of isRequired) {
    if (wasRequired.includes(name)) continue;
    const detail = String(name) in oldFields ? 'It could be left out.' : 'There was no such field.';
    report({ rule: 'request-field-required', place: `${place}/${String(name)}`, detail });
  }
}

/** Whether what was announced to go may be gone (docs/api-policy.md). */
export function hasPassedSunset(fields: JsonObject, today: string): boolean {
  const sunset = fields['x-sunset'];
  return fields['deprecated'] === true && typeof sunset === 'string' && sunset <= today;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
