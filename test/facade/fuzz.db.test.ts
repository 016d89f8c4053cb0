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

const anyJson = fc.oneof({ weight: 2, arbitrary: scalar }, { weight: 1, arbitrary: fc.jsonValue() });

describe('the interface under arbitrary requests', () => {
  let server: TestServer;
  /** Ids of what is there, so that requests get further than 404. */
  const known: string[] = [];
  before(async function start() {
    this.timeout(20_000);
    server = await startTestServer();
    known.push(...(await prepare(server)));
  });
  after(async function stop() {
    this.timeout(20_000);
    await server.close();
  });

  it('answers every operation with an answer or a documented problem, never 5xx', async function fuzz() {
    this.timeout(120_000);
    const text = fc.oneof(fc.constantFrom(...nastyTexts), fc.constantFrom(...known), fc.string());
    const request = fc.constantFrom(...operations).chain((operation) =>
      fc.record({
        operation: fc.constant(operation),
        params: fc.dictionary(fc.constantFrom(...paramsOf(operation), 'x'), text),
        query: fc.dictionary(
          fc.constantFrom('limit', 'after', 'dryRun', 'scopeElementInstanceId', 'x'),
          text,
          { maxKeys: 2 },
        ),
        key: fc.option(fc.constantFrom('k', 'k2', ' ', 'x'.repeat(256), 'a-key'), { nil: undefined }),
        body: fc.oneof({ weight: 4, arbitrary: bodyOf(operation, text) }, { weight: 1, arbitrary: anyJson }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(request, async ({ operation, params, query, key, body }) => {
        const path = operation.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
          encoded(params[name] ?? known[0] ?? ''),
        );
        const search = new URLSearchParams(query);
        const response = await fetch(`${server.url}${path}?${search.toString()}`, {
          method: operation.method.toUpperCase(),
          headers: {
            'content-type': 'application/json',
            ...(key === undefined ? {} : { 'idempotency-key': key }),
          },
          ...(operation.method === 'get' ? {} : { body: JSON.stringify(body) ?? '' }),
        });
        await assertDocumented(operation, response);
      }),
      { seed, numRuns },
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
function bodyOf({ request }: Operation, text: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  if (request.body === noBody) return fc.constant(undefined);
  const schema = z.toJSONSchema(request.body, { io: 'input', unrepresentable: 'any' });
  return nearly(schema, text);
}

type Schema = z.core.JSONSchema.BaseSchema | boolean;

function nearly(schema: Schema, text: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: valueOf(schema, text) }, { weight: 1, arbitrary: anyJson });
}

function valueOf(schema: Schema, text: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  if (typeof schema === 'boolean') return anyJson;
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => nearly(one, text)));
  if (schema.enum !== undefined) return fc.constantFrom<unknown>(...schema.enum);
  switch (schema.type) {
    case 'object':
      return objectOf(schema, text);
    case 'array':
      return fc.array(nearly(itemOf(schema), text), { maxLength: 3 });
    case 'string':
      return schema.format === 'date-time'
        ? fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
        : text;
    case 'integer':
    case 'number':
      return fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constantFrom(...nastyNumbers));
    case 'boolean':
      return fc.boolean();
    default:
      return anyJson;
  }
}

function itemOf({ items }: z.core.JSONSchema.BaseSchema): Schema {
  return items === undefined || Array.isArray(items) ? true : items;
}

function objectOf(schema: z.core.JSONSchema.BaseSchema, text: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  if (schema.properties === undefined) return fc.dictionary(text, anyJson, { maxKeys: 3 });
  const properties = Object.entries<Schema>(schema.properties).filter(
    ([name]) => name !== 'requestTimeoutMs',
  );
  const fields = Object.fromEntries(properties.map(([name, child]) => [name, nearly(child, text)]));
  return fc.record(fields, { requiredKeys: schema.required ?? [] });
}

/** Instances at each kind of wait, and the ids of everything there is. */
async function prepare(server: TestServer): Promise<readonly string[]> {
  const process = bpmn('fuzz')
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
    .serviceTask('broken', { type: '=nothing + 1' });
  const definitions = await deployed(server, process);
  const ids = ['fuzz', 'sales', 'work', 'paid', 'k', 'u', 'admin', ...definitions];
  for (let count = 0; count < 5; count += 1) ids.push(await started(server, 'fuzz', { variables: { a: 1 } }));
  const { queries } = server.runtime;
  const everything = { filter: {}, sort: [], page: { limit: 100 } };
  const jobs = await queries.searchJobs('default', everything);
  const tasks = await queries.searchUserTasks('default', everything);
  const incidents = await queries.searchIncidents('default', everything);
  const timers = await queries.timersOf('default', ids.at(-1) ?? '');
  return [
    ...ids,
    ...jobs.items.map(({ jobId }) => jobId),
    ...tasks.items.map(({ userTaskId }) => userTaskId),
    ...incidents.items.map(({ incidentId }) => incidentId),
    ...timers.map(({ timerId }) => timerId),
  ];
}
