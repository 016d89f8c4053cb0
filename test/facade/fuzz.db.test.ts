import assert from 'node:assert/strict';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { z } from 'zod';
import { noBody, problemsOf, type Operation } from '../../src/contract/operation.js';
import { operations } from '../../src/contract/operations.js';
import { problem } from '../../src/contract/problem.js';
import { bpmn } from '../support/bpmn-builder.js';
import { rawRequest } from '../support/raw-request.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { deployed, started } from './use-server.js';

/** One seed for all, printed by fast-check with a failure; FUZZ_SEED and FUZZ_RUNS look elsewhere and longer. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 600);

const nastyTexts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '💡',
  "'; DROP TABLE job; --",
  '%',
  '_',
  '\\',
  '*?[]',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '=1/0',
  '${7*7}',
  '<a/>',
  'x'.repeat(255),
  'x'.repeat(256),
  '2026-01-01T00:00:00Z',
  '0000-00-00T00:00:00Z',
  '9'.repeat(40),
  'NaN',
  'true',
  'null',
  'e30',
  Buffer.from('["processInstanceId asc","x"]').toString('base64url'),
];

const nastyNumbers = [
  0,
  -1,
  1,
  1.5,
  2 ** 31,
  -(2 ** 31),
  2 ** 53,
  1e308,
  -1e308,
  5e-324,
  1_000,
  1_001,
  9_007_199_254_740_993,
];

const scalar = fc.oneof(
  fc.constantFrom<unknown>(...nastyTexts),
  fc.constantFrom<unknown>(...nastyNumbers),
  fc.constantFrom<unknown>(true, false, null),
  fc.string(),
  fc.integer(),
);

const anyText = fc.oneof(fc.constantFrom(...nastyTexts), fc.string());

const queryNames = ['limit', 'after', 'dryRun', 'scopeElementInstanceId', 'x'] as const;

/** Mostly what is expected, sometimes not. */
function rarely<Usual, Rare>(
  usual: fc.Arbitrary<Usual>,
  rare: fc.Arbitrary<Rare>,
): fc.Arbitrary<Usual | Rare> {
  return fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: rare });
}

const anyJson = fc.oneof({ weight: 2, arbitrary: scalar }, { weight: 1, arbitrary: fc.jsonValue() });

describe('the interface under arbitrary requests', () => {
  let server: TestServer;
  /** Ids of what is there by parameter name, so that requests get further than 404. */
  let known: Ids = {};
  before(async function start() {
    this.timeout(20_000);
    server = await startTestServer();
    known = await prepare(server);
  });
  after(async function stop() {
    this.timeout(20_000);
    await server.close();
  });

  it('answers every operation with an answer or a documented problem, never 5xx', async function fuzz() {
    this.timeout(120_000);
    const done = new Set<string>();
    const request = fc.constantFrom(...operations).chain((operation) =>
      fc.record({
        operation: fc.constant(operation),
        params: fc.record(Object.fromEntries(paramsOf(operation).map((name) => [name, idOf(known, name)]))),
        query: rarely(
          fc.constant({}),
          fc.dictionary(fc.constantFrom(...queryNames), anyText, { maxKeys: 2 }),
        ),
        key: rarely(fc.uuid(), fc.constantFrom(undefined, 'k', ' ', 'x'.repeat(256))),
        body: bodyOf(operation, known),
      }),
    );
    await fc.assert(
      fc.asyncProperty(request, async ({ operation, params, query, key, body }) => {
        const path = operation.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
          encoded(params[name] ?? ''),
        );
        const response = await fetch(`${server.url}${path}?${new URLSearchParams(query).toString()}`, {
          method: operation.method.toUpperCase(),
          headers: {
            'content-type': 'application/json',
            ...(key === undefined ? {} : { 'idempotency-key': key }),
          },
          ...(operation.method === 'get' ? {} : { body: JSON.stringify(body) ?? '' }),
        });
        await assertDocumented(operation, response);
        if (response.status < 300) done.add(operation.operationId);
      }),
      { seed, numRuns },
    );
    const never = operations.filter(({ operationId }) => !done.has(operationId));
    const names = never.map(({ operationId }) => operationId).join(', ');
    assert.ok(
      never.length <= operations.length / 4,
      `Expected requests that are done but these never were: ${names}.`,
    );
  });

  it('answers every method, path, type and body with a problem, never 5xx', async function fuzz() {
    this.timeout(120_000);
    const segment = fc.oneof(
      fc.constantFrom(
        'v1',
        'jobs',
        'search',
        'activate',
        'process-instances',
        '%00',
        '%ff',
        '%',
        '..',
        '.',
        '',
      ),
      fc.string(),
    );
    const request = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY'),
      path: fc.oneof(
        fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`),
        fc.constantFrom(...operations.map(({ path }) => path)),
      ),
      type: fc.constantFrom(
        ...[
          'application/json',
          'application/xml',
          'multipart/form-data; boundary=b',
          'multipart/form-data',
          'text/plain',
        ],
        ...[
          'application/json; charset=utf-7',
          'application/x-www-form-urlencoded',
          '',
          ';;;',
          'application/json;charset',
        ],
      ),
      encoding: fc.constantFrom('', '', '', 'gzip', 'deflate', 'br', 'x', 'identity'),
      body: fc.oneof(
        fc.json(),
        fc.string(),
        fc.constant('--b\r\n\r\n'),
        fc.constant('{"a":'),
        fc.constant('{"__proto__":1}'),
      ),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path, type, encoding, body }) => {
        const bytes = Buffer.from(body);
        const head = [
          `${method} ${encodeURI(wellFormed(path)).replaceAll('%25', '%')} HTTP/1.1`,
          'Host: localhost',
          'Connection: close',
          ...(type === '' ? [] : [`Content-Type: ${type}`]),
          ...(encoding === '' ? [] : [`Content-Encoding: ${encoding}`]),
          `Content-Length: ${bytes.length}`,
        ];
        const answer = await rawRequest(
          server.port,
          Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes]),
        );
        const [, status = '', text = ''] = /^HTTP\/1.1 (\d+)[^]*?\r\n\r\n([^]*)$/.exec(answer) ?? [];
        assert.ok(Number(status) >= 200 && Number(status) < 500, answer);
        if (Number(status) >= 400) assert.equal(problem.parse(JSON.parse(text)).status, Number(status));
      }),
      { seed, numRuns },
    );
  });
});

function encoded(text: string): string {
  // A path segment of dots is taken away by the client.
  return /^\.{0,2}$/.test(text) ? 'x' : encodeURIComponent(wellFormed(text));
}

/** URLs are UTF-8, which has no lone surrogates. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

async function assertDocumented(operation: Operation, response: Response): Promise<void> {
  const text = await response.text();
  assert.ok(response.status < 500, `${operation.operationId} answered ${response.status}: ${text}`);
  if (response.status < 400) return;
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  const { code, status } = problem.parse(JSON.parse(text));
  assert.equal(status, response.status);
  assert.ok(
    problemsOf(operation).includes(code),
    `${operation.operationId} does not document ${code}: ${text}`,
  );
}

function paramsOf({ path }: Operation): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
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
    return rarely(fc.constantFrom(model.toXml(), model.toXml().replace('targetRef="u"', '')), anyText);
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

/** Ids by the name of the parameter or field that takes them. */
type Ids = Readonly<Record<string, readonly string[]>>;

function idOf(known: Ids, name: string): fc.Arbitrary<string> {
  const ids = known[name];
  return rarely(ids === undefined ? fc.constant('x') : fc.constantFrom(...ids), anyText);
}

/** A branch at each kind of wait. */
const model = bpmn('fuzz')
  .startEvent('s')
  .parallelGateway('g')
  .userTask('u', { candidateGroups: 'sales' })
  .at('g')
  .serviceTask('j', { type: 'work' })
  .at('g')
  .intermediateCatchEvent('m', { message: { name: 'paid', correlationKey: '="k"' } })
  .at('g')
  .intermediateCatchEvent('t', { timer: { duration: 'PT1H' } })
  .at('g')
  .serviceTask('broken', { type: '=nothing' });

const instances = 25;

/** Instances of the model, and the ids of everything there is. */
async function prepare(server: TestServer): Promise<Ids> {
  const processDefinitionId = await deployed(server, model);
  const processInstanceId: string[] = [];
  for (let count = 0; count < instances; count += 1) processInstanceId.push(await started(server, 'fuzz'));
  const { queries } = server.runtime;
  const everything = { filter: {}, sort: [], page: { limit: 100 } };
  const jobs = await queries.searchJobs('default', everything);
  const tasks = await queries.searchUserTasks('default', everything);
  const incidents = await queries.searchIncidents('default', everything);
  const timers = await Promise.all(processInstanceId.map((id) => queries.timersOf('default', id)));
  return {
    processDefinitionId,
    processInstanceId,
    scopeElementInstanceId: processInstanceId.map((id) => `${id}-1`),
    jobId: jobs.items.map(({ jobId }) => jobId),
    userTaskId: tasks.items.map(({ userTaskId }) => userTaskId),
    incidentId: incidents.items.map(({ incidentId }) => incidentId),
    timerId: timers.flat().map(({ timerId }) => timerId),
    bpmnProcessId: ['fuzz'],
  };
}
