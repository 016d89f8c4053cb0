import assert from 'node:assert/strict';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { problemsOf, type Operation } from '../../src/contract/operation.js';
import { operations } from '../../src/contract/operations.js';
import { problem } from '../../src/contract/problem.js';
import { rawRequest } from '../support/raw-request.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { arbitraryRequest } from './arbitrary-requests.js';
import { startInstances, type Ids } from './fuzz-instances.js';

/** FUZZ_SEED looks elsewhere, FUZZ_RUNS longer. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 1_200);

describe(`the interface under arbitrary requests (seed ${seed})`, () => {
  let server: TestServer;
  /** Ids of what is there by parameter name, so that requests get further than 404. */
  let known: Ids = {};
  before(async function start() {
    this.timeout(60_000);
    server = await startTestServer();
    known = await startInstances(server);
  });
  after(async function stop() {
    this.timeout(60_000);
    await server.close();
  });

  it('answers every operation with an answer or a documented problem, never 5xx', async function fuzz() {
    this.timeout(120_000);
    const done = new Set<string>();
    const request = fc.constantFrom(...operations).chain((operation) => arbitraryRequest(operation, known));
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
        // A stream has no end that a raw connection could wait for; the requests above are sent to it too.
        fc.constantFrom(...operations.filter(({ streams }) => streams === undefined).map(({ path }) => path)),
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
  // A stream has no end.
  const isStream = response.headers.get('content-type') === 'text/event-stream';
  if (isStream) await response.body?.cancel();
  const text = isStream ? '' : await response.text();
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
