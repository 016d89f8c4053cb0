import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import type { JsonObject } from '../../src/contract/json-value.js';
import { breakingChanges } from './compatibility/breaking-changes.js';
import { presentDocument, releasedDocument } from './compatibility/released-document.js';
import { type BreakingRule, breakingRules } from './compatibility/rules.js';

const today = '2026-11-21';

describe('the contract beside that of the last release', () => {
  it('breaks nobody who calls it', async () => {
    const changes = breakingChanges(await releasedDocument(), presentDocument(), today);
    const lines = changes.map(({ rule, place, detail }) => `${rule}: ${place}: ${detail}`);
    assert.deepEqual(
      lines,
      [],
      'docs/api-policy.md says what to do instead; before the first release, npm run openapi:release -- --breaking',
    );
  });
});

interface Parts {
  readonly operation?: JsonObject;
  readonly request?: JsonObject;
  readonly answer?: JsonObject;
  readonly paths?: JsonObject;
  readonly schemas?: JsonObject;
}

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
});
const text: JsonObject = { type: 'string' };

/** A document of one operation, with its body and answer. */
function documentOf({
  operation = {},
  request,
  answer = object({}),
  paths = {},
  schemas = {},
}: Parts): JsonObject {
  const body: JsonObject =
    request === undefined ? {} : { requestBody: { content: { 'application/json': { schema: request } } } };
  const responses = { 200: { content: { 'application/json': { schema: answer } } } };
  const post: JsonObject = { operationId: 'doIt', 'x-permission': 'a:do', responses, ...body, ...operation };
  return { paths: { '/v1/a': { post }, ...paths }, components: { schemas } };
}

const parameter = (name: string, more: JsonObject = {}): JsonObject => ({
  parameters: [{ name, in: 'query', schema: text, ...more }],
});
const answers = (statuses: readonly string[], type = 'application/json'): JsonObject => ({
  responses: Object.fromEntries(
    statuses.map((status) => [status, { content: { [type]: { schema: object({}) } } }]),
  ),
});
const bodies = (...types: readonly string[]): JsonObject => ({
  requestBody: { content: Object.fromEntries(types.map((type) => [type, { schema: object({}) }])) },
});

/** Before and after of changes that break, each by one rule alone. */
const breaking: readonly (readonly [BreakingRule, string, Parts, Parts])[] = [
  ['operation-removed', 'another method', { paths: { '/v1/b': { get: { operationId: 'b' } } } }, {}],
  ['operation-renamed', 'another id', {}, { operation: { operationId: 'doThat' } }],
  ['permission-changed', 'another', {}, { operation: { 'x-permission': 'b:do' } }],
  ['permission-changed', 'one at all', { operation: { 'x-permission': 'public' } }, {}],
  [
    'request-media-type-removed',
    'XML',
    { operation: bodies('application/json', 'application/xml') },
    { operation: bodies('application/json') },
  ],
  [
    'request-body-required',
    'required',
    { operation: bodies('application/json') },
    {
      operation: { requestBody: { required: true, content: { 'application/json': { schema: object({}) } } } },
    },
  ],
  ['request-field-removed', 'field', { request: object({ a: text }) }, { request: object({}) }],
  ['request-field-removed', 'parameter', { operation: parameter('a') }, {}],
  [
    'request-field-removed',
    'field of items of a list',
    { request: object({ a: { type: 'array', items: object({ b: text }) } }) },
    { request: object({ a: { type: 'array', items: object({}) } }) },
  ],
  [
    'request-field-required',
    'field',
    { request: object({ a: text }) },
    { request: object({ a: text }, { required: ['a'] }) },
  ],
  [
    'request-field-required',
    'new field',
    { request: object({}) },
    { request: object({ a: text }, { required: ['a'] }) },
  ],
  [
    'request-field-required',
    'parameter',
    { operation: parameter('a') },
    { operation: parameter('a', { required: true }) },
  ],
  [
    'request-type-narrowed',
    'null no more',
    { request: object({ a: { anyOf: [text, { type: 'null' }] } }) },
    { request: object({ a: text }) },
  ],
  [
    'request-type-narrowed',
    'integers of numbers',
    { request: object({ a: { type: 'number' } }) },
    { request: object({ a: { type: 'integer' } }) },
  ],
  ['request-type-narrowed', 'of anything', { request: object({ a: {} }) }, { request: object({ a: text }) }],
  [
    'request-value-removed',
    'of a list',
    { request: object({ a: { type: 'string', enum: ['x', 'y'] } }) },
    { request: object({ a: { type: 'string', enum: ['x'] } }) },
  ],
  [
    'request-value-removed',
    'any other',
    { request: object({ a: text }) },
    { request: object({ a: { type: 'string', enum: ['x'] } }) },
  ],
  [
    'request-bound-tightened',
    'maximum',
    { request: object({ a: { type: 'integer', maximum: 5 } }) },
    { request: object({ a: { type: 'integer', maximum: 4 } }) },
  ],
  [
    'request-bound-tightened',
    'minLength',
    { request: object({ a: text }) },
    { request: object({ a: { type: 'string', minLength: 1 } }) },
  ],
  [
    'request-bound-tightened',
    'pattern of a parameter',
    { operation: parameter('a') },
    { operation: parameter('a', { schema: { type: 'string', pattern: '^a$' } }) },
  ],
  [
    'request-bound-tightened',
    'names of properties',
    { request: object({ a: { type: 'object', propertyNames: { maxLength: 9 } } }) },
    { request: object({ a: { type: 'object', propertyNames: { maxLength: 8 } } }) },
  ],
  ['answer-status-removed', '202', { operation: answers(['200', '202']) }, { operation: answers(['200']) }],
  ['answer-status-added', '202', { operation: answers(['200']) }, { operation: answers(['200', '202']) }],
  [
    'answer-media-type-changed',
    'text',
    { operation: answers(['200']) },
    { operation: answers(['200'], 'text/plain') },
  ],
  ['answer-field-removed', 'field', { answer: object({ a: text }) }, { answer: object({}) }],
  [
    'answer-field-removed',
    'in a schema that it refers to, and that refers to itself',
    {
      answer: { $ref: '#/components/schemas/A' },
      schemas: { A: object({ next: { $ref: '#/components/schemas/A' }, a: text }) },
    },
    {
      answer: { $ref: '#/components/schemas/A' },
      schemas: { A: object({ next: { $ref: '#/components/schemas/A' } }) },
    },
  ],
  [
    'answer-field-optional',
    'field',
    { answer: object({ a: text }, { required: ['a'] }) },
    { answer: object({ a: text }) },
  ],
  [
    'answer-type-widened',
    'null',
    { answer: object({ a: text }) },
    { answer: object({ a: { anyOf: [text, { type: 'null' }] } }) },
  ],
  [
    'answer-value-added',
    'of a list',
    { answer: object({ a: { type: 'string', enum: ['x'] } }) },
    { answer: object({ a: { type: 'string', enum: ['x', 'y'] } }) },
  ],
];

/** Changes that callers do not notice. */
const harmless: readonly (readonly [string, Parts, Parts])[] = [
  ['a new operation', {}, { paths: { '/v1/b': { get: { operationId: 'b' } } } }],
  [
    'a new field of a request that may be left out',
    { request: object({}) },
    { request: object({ a: text }) },
  ],
  ['a new parameter that may be left out', {}, { operation: parameter('a') }],
  ['a new field of an answer', {}, { answer: object({ a: text }, { required: ['a'] }) }],
  [
    'a field of an answer that is now always there',
    { answer: object({ a: text }) },
    { answer: object({ a: text }, { required: ['a'] }) },
  ],
  [
    'wider bounds of a request',
    { request: object({ a: { type: 'string', maxLength: 5, minLength: 1 } }) },
    { request: object({ a: { type: 'string', maxLength: 6 } }) },
  ],
  [
    'another alternative of a request',
    { request: object({ a: text }) },
    { request: object({ a: { anyOf: [text, { type: 'null' }] } }) },
  ],
  [
    'a value more in an open list of an answer',
    { answer: object({ a: { type: 'string', enum: ['x'], 'x-open-list': true } }) },
    { answer: object({ a: { type: 'string', enum: ['x', 'y'], 'x-open-list': true } }) },
  ],
  [
    'a name for a schema',
    { answer: object({ a: text }) },
    { answer: { $ref: '#/components/schemas/A' }, schemas: { A: object({ a: text }) } },
  ],
  [
    'the end of an operation whose sunset has come',
    { paths: { '/v1/b': { get: { operationId: 'b', deprecated: true, 'x-sunset': today } } } },
    {},
  ],
  [
    'the end of a field whose sunset has come',
    { request: object({ a: { ...text, deprecated: true, 'x-sunset': today } }) },
    { request: object({}) },
  ],
];

describe('the comparison of two contracts', () => {
  for (const [rule, what, before, after] of breaking) {
    it(`tells ${rule}: ${what}`, () => {
      const found = breakingChanges(documentOf(before), documentOf(after), today);
      assert.deepEqual([...new Set(found.map((change) => change.rule))], [rule]);
    });
  }

  for (const [what, before, after] of harmless) {
    it(`lets pass ${what}`, () => {
      assert.deepEqual(breakingChanges(documentOf(before), documentOf(after), today), []);
    });
  }

  it('does not let go what was deprecated before its sunset', () => {
    const later = { get: { operationId: 'b', deprecated: true, 'x-sunset': '2026-11-22' } };
    const found = breakingChanges(documentOf({ paths: { '/v1/b': later } }), documentOf({}), today);
    assert.deepEqual(
      found.map(({ rule, place }) => [rule, place]),
      [['operation-removed', 'GET /v1/b']],
    );
  });

  it('has a test of every rule', () => {
    const tested = new Set<string>(breaking.map(([rule]) => rule));
    assert.deepEqual([...tested].sort(), Object.keys(breakingRules).sort());
  });

  it('finds a document equal to itself', () => {
    assert.deepEqual(breakingChanges(presentDocument(), presentDocument(), today), []);
  });
});

describe('docs/api-policy.md', () => {
  it('has the table of the rules', async () => {
    const markdown = await readFile(new URL('../../docs/api-policy.md', import.meta.url), 'utf8');
    const rows = [...markdown.matchAll(/^\| `([a-z-]+)` \| (.+) \|$/gm)].map(([, rule, what]) => [
      rule,
      what,
    ]);
    assert.deepEqual(Object.fromEntries(rows), breakingRules);
  });
});
