import fc from 'fast-check';
import { z } from 'zod';
import { noBody, type Operation } from '../../src/contract/operation.js';
import { anyJson, anyText, nastyNumbers, rarely } from './arbitrary-values.js';
import { waitingModel, type Ids } from './fuzz-instances.js';

const queryNames = ['limit', 'after', 'dryRun', 'scopeElementInstanceId', 'x'] as const;

/** A request of an operation, before it is sent. */
export interface ArbitraryRequest {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly key: string | undefined;
  readonly body: unknown;
}

/** Requests that are nearly right, about what is there, with a fault here and there. */
export function arbitraryRequest(operation: Operation, known: Ids): fc.Arbitrary<ArbitraryRequest> {
  return fc.record({
    operation: fc.constant(operation),
    params: fc.record(Object.fromEntries(paramsOf(operation).map((name) => [name, idOf(known, name)]))),
    query: rarely(fc.constant({}), fc.dictionary(fc.constantFrom(...queryNames), anyText, { maxKeys: 2 })),
    key: rarely(fc.uuid(), fc.constantFrom(undefined, 'k', ' ', 'x'.repeat(256))),
    body: bodyOf(operation, known),
  });
}

function paramsOf({ path }: Operation): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

function idOf(known: Ids, name: string): fc.Arbitrary<string> {
  const ids = known[name];
  return rarely(ids === undefined ? fc.constant('x') : fc.constantFrom(...ids), anyText);
}

/** Bodies that are nearly right: made from the schema, with a fault here and there. */
function bodyOf({ request }: Operation, known: Ids): fc.Arbitrary<unknown> {
  if (request.body === noBody) return fc.constant(undefined);
  const schema = z.toJSONSchema(request.body, { io: 'input', unrepresentable: 'any' });
  return nearly(schema, (name) => textOf(known, name), 'body');
}

type Schema = z.core.JSONSchema.BaseSchema | boolean;
type TextOf = (name: string) => fc.Arbitrary<string>;

/** Texts for a field: ids of what is there, models, or a few names that often meet. */
function textOf(known: Ids, name: string): fc.Arbitrary<string> {
  if (name === 'content')
    return rarely(
      fc.constantFrom(waitingModel.toXml(), waitingModel.toXml().replace('targetRef="u"', '')),
      anyText,
    );
  const meeting = fc.constantFrom('fuzz', 'work', 'paid', 'k', 'sales', 'u', 'j', 'a');
  return rarely(known[name] === undefined ? meeting : fc.constantFrom(...known[name]), anyText);
}

function nearly(schema: Schema, text: TextOf, name: string): fc.Arbitrary<unknown> {
  if (name === 'requestTimeoutMs') return fc.constant(0);
  return fc.oneof({ weight: 40, arbitrary: valueOf(schema, text, name) }, { weight: 1, arbitrary: anyJson });
}

function valueOf(schema: Schema, text: TextOf, name: string): fc.Arbitrary<unknown> {
  if (typeof schema === 'boolean') return anyJson;
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => nearly(one, text, name)));
  if (schema.enum !== undefined) return fc.constantFrom<unknown>(...schema.enum);
  switch (schema.type) {
    case 'object':
      return objectOf(schema, text, name);
    case 'array':
      return fc.array(nearly(itemOf(schema), text, name), { minLength: schema.minItems ?? 0, maxLength: 3 });
    case 'string':
      return schema.format === 'date-time'
        ? fc
            .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') })
            .map((date) => date.toISOString())
        : text(name);
    case 'integer':
    case 'number':
      return rarely(fc.integer({ min: 1, max: 5 }), fc.constantFrom(...nastyNumbers));
    case 'boolean':
      return fc.boolean();
    default:
      return anyJson;
  }
}

function itemOf({ items }: z.core.JSONSchema.BaseSchema): Schema {
  return items === undefined || Array.isArray(items) ? true : items;
}

/** The required fields and a few others. Nothing waits: time stands still. */
function objectOf(schema: z.core.JSONSchema.BaseSchema, text: TextOf, name: string): fc.Arbitrary<unknown> {
  if (schema.properties === undefined) return fc.dictionary(text(name), anyJson, { maxKeys: 3 });
  const { properties } = schema;
  const waits = 'requestTimeoutMs' in properties;
  const required = [...(schema.required ?? []), ...(waits ? ['requestTimeoutMs'] : [])];
  const optional = Object.keys(properties).filter((property) => !required.includes(property));
  return fc.subarray(optional, { maxLength: Math.min(3, optional.length) }).chain((chosen) =>
    fc.record(
      Object.fromEntries(
        [...required, ...chosen].map((property) => [
          property,
          // An operator holds what its field holds.
          nearly(properties[property] ?? true, text, property.startsWith('$') ? name : property),
        ]),
      ),
    ),
  );
}
