import fc from 'fast-check';
import { z } from 'zod';
import { noBody, takesIdempotencyKey, type Operation } from '../../src/contract/operation.js';
import { aimed, placeholder, type FuzzInput } from './input.js';
import { fieldValues, shapes, numericPlaceholders } from './known-values.js';

type Schema = z.core.JSONSchema.BaseSchema;

/** Requests of an operation that its schemas take: nothing is wrong with them but perhaps what they are about. */
export function validInput(operation: Operation): fc.Arbitrary<FuzzInput> {
  const { request, operationId } = operation;
  const query = schemaOf(request.query, 'output');
  const body = request.body === noBody ? fc.constant(undefined) : bodyOf(operation);
  return fc
    .record({
      params: fc.record(Object.fromEntries(paramsOf(operation).map((name) => [name, idOf(name)]))),
      query: valueOf(query, operationId, '').map(asText),
      headers: takesIdempotencyKey(operation)
        ? fc.oneof(
            fc.constant({}),
            fc.uuid().map((key) => ({ 'idempotency-key': key })),
          )
        : fc.constant({}),
      body,
    })
    .filter(bounded((input) => isValid(operation, input), operationId));
}

const rejectionsMax = 2_000;

/** A condition that nearly every value meets: throws where none does, which would go on for ever. */
export function bounded<Value>(
  condition: (value: Value) => boolean,
  operationId: string,
): (value: Value) => boolean {
  let rejections = 0;
  return (value) => {
    const isMet = condition(value);
    rejections = isMet ? 0 : rejections + 1;
    if (rejections < rejectionsMax) return isMet;
    throw new Error(
      `Expected requests of ${operationId} that its schemas take: known-values.ts can tell what they need.`,
    );
  };
}

/** The names in the path of an operation. */
export function paramsOf({ path }: Operation): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

/** Whether the schemas take the request, whatever ids it has. */
export function isValid({ request }: Operation, input: FuzzInput): boolean {
  const { params, query, headers, body } = aimed(input, numericPlaceholders);
  return (
    request.params.safeParse(params).success &&
    request.query.safeParse(query).success &&
    request.headers.safeParse(headers).success &&
    (request.body === noBody || request.body.safeParse(body ?? {}).success)
  );
}

/** Mostly one that is there; a text that could be one; a text that breaks other servers. */
function idOf(name: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 16, arbitrary: fc.constant(placeholder(name)) },
    { weight: 2, arbitrary: fc.uuid() },
    {
      weight: 1,
      arbitrary: fc.constantFrom("'; DROP TABLE job; --", '%', '💡', 'x'.repeat(255), 'a b', '*'),
    },
  );
}

function bodyOf({ request, operationId }: Operation): fc.Arbitrary<unknown> {
  const made = valueOf(schemaOf(request.body, 'input'), operationId, '');
  return shapes[operationId]?.(made) ?? made;
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Schema {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' });
}

function asText(query: unknown): FuzzInput['query'] {
  return Object.fromEntries(
    Object.entries(query as object).map(([name, value]: [string, unknown]) => [
      name,
      Array.isArray(value) ? value.map(String) : String(value),
    ]),
  );
}

/** A value that the schema takes. `name` is the field's: ids and names that meet are known by it. */
function valueOf(schema: Schema, operationId: string, name: string): fc.Arbitrary<unknown> {
  const known = fieldValues(operationId, name);
  if (known !== undefined) return known;
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter(isObject);
  if (choices.length > 0) return fc.oneof(...choices.map((one) => valueOf(one, operationId, name)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom<unknown>(...schema.enum);
  switch (schema.type) {
    case 'object':
      return objectOf(schema, operationId, name);
    case 'array':
      return fc.array(valueOf(isObject(schema.items) ? schema.items : {}, operationId, name), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, 3),
      });
    case 'string':
      return textOf(schema);
    case 'integer':
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return plainJson;
  }
}

/** Whatever a variable may be. Property names that reach a prototype no body may have. */
const plainJson = fc
  .jsonValue({ maxDepth: 3 })
  .filter((value) => !/"(__proto__|constructor|prototype)"/.test(JSON.stringify(value)));

function textOf({ format, minLength = 0, maxLength = 10_000 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time')
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') })
      .map((date) => date.toISOString());
  const edge = Math.min(maxLength, 300);
  return fc.oneof(
    { weight: 8, arbitrary: fc.string({ minLength: Math.max(minLength, 1), maxLength: 20 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('💡', "'; DROP TABLE job; --", '%_\\', '${7*7}', 'x'.repeat(edge)),
    },
  );
}

function numberOf({ minimum = 0, maximum = 2 ** 31 - 1 }: Schema): fc.Arbitrary<number> {
  const [min, max] = [Math.ceil(minimum), Math.floor(maximum)];
  return fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min, max: Math.min(max, min + 5) }) },
    { weight: 1, arbitrary: fc.constantFrom(min, max) },
  );
}

/** The required fields and up to three others. */
function objectOf(schema: Schema, operationId: string, name: string): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  if (Object.keys(properties).length === 0) {
    if (!isObject(additionalProperties)) return fc.constant({});
    const key = fc
      .string({ minLength: 1, maxLength: 12 })
      .filter((text) => !forbidden.includes(text) && !text.includes('\0'));
    return fc.dictionary(key, valueOf(additionalProperties, operationId, ''), { maxKeys: 3 });
  }
  const optional = Object.keys(properties).filter((property) => !required.includes(property));
  return fc.subarray(optional, { maxLength: Math.min(3, optional.length) }).chain((chosen) =>
    fc.record(
      Object.fromEntries(
        [...required, ...chosen].map((property) => {
          const inner = properties[property];
          // An operator holds what its field holds.
          const inside = property.startsWith('$') && property !== '$exists' ? name : property;
          return [property, valueOf(isObject(inner) ? inner : {}, operationId, inside)];
        }),
      ),
    ),
  );
}

const forbidden: readonly string[] = ['__proto__', 'constructor', 'prototype'];

function isObject(schema: unknown): schema is Schema {
  return typeof schema === 'object' && schema !== null;
}
