import { z } from 'zod';
import type { JsonObject, JsonValue } from '../../contract/json-value.js';
import { refuse, RefusedRequest } from '../respond/refusal.js';
import { parseJson } from '../request/parse-json.js';

/** A variable as Camunda 7's clients write it. */
export const typedVariable = z.object({
  value: z.custom<JsonValue>((value) => value !== undefined).nullish(),
  type: z.string().nullish(),
  valueInfo: z.record(z.string(), z.unknown()).nullish(),
});

export type TypedVariable = z.infer<typeof typedVariable>;

const textTypes: ReadonlySet<string> = new Set(['string', 'date', 'xml']);
const numberTypes: ReadonlySet<string> = new Set(['integer', 'long', 'short', 'double', 'number']);

/** Plain JSON as the clients expect it: objects and lists are of type `Json`, their value is a text. */
export function typed(value: JsonValue): TypedVariable {
  switch (typeof value) {
    case 'string':
      return { type: 'String', value, valueInfo: {} };
    case 'boolean':
      return { type: 'Boolean', value, valueInfo: {} };
    case 'number':
      return { type: numberType(value), value, valueInfo: {} };
    default:
      if (value === null) return { type: 'Null', value, valueInfo: {} };
      return { type: 'Json', value: JSON.stringify(value), valueInfo: {} };
  }
}

function numberType(value: number): string {
  if (!Number.isSafeInteger(value)) return 'Double';
  return Math.abs(value) < 2 ** 31 ? 'Integer' : 'Long';
}

/** Typed variables as plain JSON. Throws a refusal for types that plain JSON has no place for. */
export function plainVariables(
  variables: Readonly<Record<string, TypedVariable>> | null | undefined,
): JsonObject {
  return Object.fromEntries(
    Object.entries(variables ?? {}).map(([name, variable]) => [name, plain(name, variable)]),
  );
}

function plain(name: string, { type, value = null, valueInfo }: TypedVariable): JsonValue {
  const kind = type?.toLowerCase();
  if (value === null || kind === 'null') return null;
  if (kind === undefined || kind === '') return value;
  if (textTypes.has(kind)) return expect(name, value, 'string', type);
  if (kind === 'boolean') return expect(name, value, 'boolean', type);
  if (numberTypes.has(kind)) return expect(name, value, 'number', type);
  if (kind === 'json' || (kind === 'object' && isJson(valueInfo))) return parsed(name, value, type);
  throw refuse(
    'invalid-argument',
    `Expected the variable "${name}" to be of type String, Integer, Long, Double, Boolean, Date, Json or Null but found ${type}.`,
  );
}

function expect(name: string, value: JsonValue, kind: string, type: string | null | undefined): JsonValue {
  if (typeof value === kind) return value;
  throw refuse(
    'invalid-argument',
    `Expected the variable "${name}" of type ${type} to have a ${kind} as value but found ${JSON.stringify(value).slice(0, 100)}.`,
  );
}

function isJson(valueInfo: TypedVariable['valueInfo']): boolean {
  const format = valueInfo?.['serializationDataFormat'];
  return format === undefined || format === 'application/json';
}

/** The text of a `Json`; some clients send the value itself. */
function parsed(name: string, value: JsonValue, type: string | null | undefined): JsonValue {
  if (typeof value !== 'string') return value;
  try {
    return parseJson(value) as JsonValue;
  } catch (error) {
    if (!(error instanceof RefusedRequest)) throw error;
    const { detail } = error.refusal;
    throw refuse(
      'invalid-argument',
      `Expected the variable "${name}" of type ${type} to be a JSON text: ${detail}`,
    );
  }
}
