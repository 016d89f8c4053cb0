import type { JsonObject, JsonValue } from '../../contract/json-value.js';
import type { JobResult } from './job-handler.js';

/** Deeper values are refused, as the REST contract refuses them. */
export const deepestVariables = 64;

/** What a handler answered, understood. Anything that is no answer becomes a `fail` that says so. */
export function readAnswer(answer: unknown): JobResult {
  if (answer === undefined) return { kind: 'complete' };
  if (!isPlainObject(answer)) return notAnAnswer(`found ${describe(answer)}`);
  const kind = Object.hasOwn(answer, 'kind') ? answer['kind'] : undefined;
  switch (kind) {
    case 'complete':
      return withVariables(answer['variables'], (variables) => ({ kind, ...variables }));
    case 'error':
      return readError(answer);
    case 'fail':
      return readFailure(answer);
    default:
      return withVariables(answer, (variables) => ({ kind: 'complete', ...variables }));
  }
}

function readError({ errorCode, errorMessage, variables }: Record<string, unknown>): JobResult {
  if (typeof errorCode !== 'string' || errorCode === '') {
    return notAnAnswer(`found an error whose errorCode is ${describe(errorCode)}, no non-empty string`);
  }
  const message = typeof errorMessage === 'string' ? { errorMessage } : {};
  return withVariables(variables, (present) => ({ kind: 'error', errorCode, ...message, ...present }));
}

function readFailure({ errorMessage, retry, usesRetry, backoffMs }: Record<string, unknown>): JobResult {
  if (typeof errorMessage !== 'string') {
    return notAnAnswer(`found a failure whose errorMessage is ${describe(errorMessage)}, no string`);
  }
  const isWait = typeof backoffMs === 'number' && Number.isFinite(backoffMs) && backoffMs >= 0;
  return {
    kind: 'fail',
    errorMessage,
    ...(retry === false ? { retry } : {}),
    ...(usesRetry === false ? { usesRetry } : {}),
    ...(isWait ? { backoffMs: Math.round(backoffMs) } : {}),
  };
}

function withVariables(
  value: unknown,
  result: (variables: { readonly variables?: JsonObject }) => JobResult,
): JobResult {
  if (value === undefined) return result({});
  if (!isPlainObject(value)) return notAnAnswer(`found variables that are ${describe(value)}`);
  try {
    return result({ variables: copiedObject(value, [], new Set()) });
  } catch (error) {
    if (error instanceof NotJson) return notAnAnswer(error.message);
    throw error;
  }
}

function notAnAnswer(found: string): JobResult {
  return {
    kind: 'fail',
    errorMessage: `Expected the handler to answer a JSON object of variables, a job result or nothing, but ${found}.`,
  };
}

class NotJson extends Error {}

/** A copy, so that a handler that goes on changing its object changes nothing that has been answered. */
function copied(value: unknown, path: readonly string[], above: ReadonlySet<unknown>): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (path.length > deepestVariables) throw new NotJson(`found more than ${deepestVariables} levels`);
  if (above.has(value)) throw new NotJson(`found a cycle at ${path.join('.')}`);
  if (Array.isArray(value)) {
    const around = new Set(above).add(value);
    return Array.from(value, (item, index) => copied(item, [...path, String(index)], around));
  }
  if (isPlainObject(value)) return copiedObject(value, path, above);
  throw new NotJson(`found ${describe(value)} at ${path.join('.')}`);
}

function copiedObject(
  object: Record<string, unknown>,
  path: readonly string[],
  above: ReadonlySet<unknown>,
): JsonObject {
  const around = new Set(above).add(object);
  const copy: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(object)) {
    if (name === '__proto__') throw new NotJson(`found the reserved name __proto__ at ${path.join('.')}`);
    if (value !== undefined) copy[name] = copied(value, [...path, name], around);
  }
  return copy;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** What a value is, without what it says: it may be personal data. */
function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : String(value);
  if (typeof value !== 'object') return value === undefined ? 'undefined' : `a ${typeof value}`;
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && name !== '' && name !== 'Object'
    ? `an object of class ${name}`
    : 'an object';
}
