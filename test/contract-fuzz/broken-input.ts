import fc from 'fast-check';
import { noBody, takesIdempotencyKey, type Operation } from '../../src/contract/operation.js';
import type { FuzzInput } from './input.js';
import { bounded, isValid, paramsOf, validInput } from './valid-input.js';

/** A request that the contract does not allow, with what is wrong with it. */
export interface BrokenInput extends FuzzInput {
  readonly fault: string;
  /** What is sent instead of the body as JSON. */
  readonly raw?: { readonly type: string; readonly text: string };
}

type Break = (input: FuzzInput) => fc.Arbitrary<BrokenInput>;

/** Requests of an operation with one fault. */
export function brokenInput(operation: Operation): fc.Arbitrary<BrokenInput> {
  const breaks = breaksOf(operation);
  return validInput(operation)
    .chain((input) => fc.constantFrom(...breaks).chain((make) => make(input)))
    .filter(
      bounded(
        (broken) => broken.raw !== undefined || !isValid(operation, { ...broken, body: asSent(broken.body) }),
        operation.operationId,
      ),
    );
}

function asSent(body: unknown): unknown {
  return body === undefined ? undefined : JSON.parse(JSON.stringify(body));
}

function breaksOf(operation: Operation): readonly Break[] {
  const hasBody = operation.request.body !== noBody;
  return [
    unknownParameter,
    ...(paramsOf(operation).length > 0 ? [wrongId] : []),
    ...(takesIdempotencyKey(operation) ? [wrongKey] : []),
    ...(hasBody ? [wrongValue, wrongValue, unknownField, missingField, noObject, rawBody, rawBody] : []),
  ];
}

const nonsense = [
  ...[
    null,
    true,
    -1,
    1.5,
    2 ** 53,
    1e308,
    '',
    'x'.repeat(10_001),
    'a\0b',
    '\ud800',
    [],
    {},
    [[]],
    { $regex: 'a' },
  ],
];

const unknownParameter: Break = (input) =>
  fc
    .constantFrom('colour', 'Limit', 'filter[state]', '$where', '__proto__x')
    .map((name) => ({ ...input, query: { ...input.query, [name]: '1' }, fault: 'an unknown parameter' }));

const wrongId: Break = (input) =>
  fc.constantFrom(...Object.keys(input.params)).chain((name) =>
    fc.constantFrom('x'.repeat(256), 'a\0b').map((id) => ({
      ...input,
      params: { ...input.params, [name]: id },
      fault: 'no id',
    })),
  );

const wrongKey: Break = (input) =>
  fc.constantFrom('x'.repeat(256), 'a b', 'a\tb').map((key) => ({
    ...input,
    headers: { ...input.headers, 'idempotency-key': key },
    fault: 'no Idempotency-Key',
  }));

const noObject: Break = (input) =>
  fc.constantFrom<unknown>(null, [], 'text', 5, true).map((body) => ({ ...input, body, fault: 'no object' }));

/** Somewhere in the body an object has a field that nobody knows. */
const unknownField: Break = (input) =>
  fc.constantFrom(...placesOf(input.body, isRecord)).map((place) => ({
    ...input,
    body: changedAt(input.body, place, (value) => ({ ...(value as object), colour: 'red' })),
    fault: 'an unknown field',
  }));

const missingField: Break = (input) => {
  const places = placesOf(input.body).filter((place) => place.length > 0);
  if (places.length === 0) return noObject(input);
  return fc.constantFrom(...places).map((place) => ({
    ...input,
    body: changedAt(input.body, place, () => undefined),
    fault: `nothing at /${place.join('/')}`,
  }));
};

const wrongValue: Break = (input) =>
  fc
    .tuple(fc.constantFrom(...placesOf(input.body)), fc.constantFrom<unknown>(...nonsense))
    .map(([place, value]) => ({
      ...input,
      body: changedAt(input.body, place, () => value),
      fault: `a wrong value at /${place.join('/')}`,
    }));

const rawBody: Break = (input) =>
  fc
    .constantFrom(
      { type: 'application/json', text: '{"a":' },
      { type: 'application/json', text: '{"__proto__":{"admin":true}}' },
      { type: 'application/json', text: '{"variables":{"constructor":{"prototype":1}}}' },
      { type: 'application/json', text: `{"variables":{"a":${'['.repeat(70)}${']'.repeat(70)}}}` },
      { type: 'application/json', text: `${'['.repeat(5_000)}${']'.repeat(5_000)}` },
      { type: 'application/json', text: '{"variables":{"a":1e999}}' },
      { type: 'application/json', text: '\ufeff{}}' },
      { type: 'text/plain', text: '{}' },
      { type: 'application/x-www-form-urlencoded', text: 'a=1' },
      { type: 'application/json; charset=utf-7', text: '{}' },
    )
    .map((raw) => ({ ...input, raw, fault: `the body ${raw.text.slice(0, 30)} as ${raw.type}` }));

type Place = readonly (string | number)[];

/** The places in a body, from the outside in. */
function placesOf(
  value: unknown,
  wanted: (value: unknown) => boolean = () => true,
  here: Place = [],
): Place[] {
  const own = wanted(value) ? [here] : [];
  if (typeof value !== 'object' || value === null) return own;
  const inner: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item: unknown, index) => [index, item])
    : Object.entries(value);
  return [...own, ...inner.flatMap(([name, item]) => placesOf(item, wanted, [...here, name]))];
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body with another value at the place; undefined takes it away. */
function changedAt(value: unknown, [name, ...rest]: Place, change: (value: unknown) => unknown): unknown {
  if (name === undefined) return change(value);
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => (index === name ? changedAt(item, rest, change) : item));
  }
  const record = value as Readonly<Record<string, unknown>>;
  return { ...record, [name]: changedAt(record[name], rest, change) };
}
