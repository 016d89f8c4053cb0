/**
 * What it costs the server to answer somebody without credentials: processor time for each request, of each kind that needs none or has
 * wrong ones. And what the checks of a request's body cost by themselves.
 */
import { publishMessage } from '../src/contract/messages.js';
import { searchProcessInstances, startProcessInstance } from '../src/contract/process-instances.js';
import { parseJson } from '../src/facade/request/parse-json.js';
import { validate } from '../src/facade/request/validate.js';
import { startServerOnFile } from './server-on-file.js';
import { shownTable } from './table.js';

const requests = 4_000;
const connections = 16;

interface Kind {
  readonly name: string;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Another value for each request. */
  readonly token?: (index: number) => string;
}

const json = { 'content-type': 'application/json' };
const jwt = (index: number): string =>
  [{ alg: 'RS256', kid: String(index) }, { sub: 'x' }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat('c2ln')
    .join('.');

const kinds: readonly Kind[] = [
  { name: 'liveness', path: '/healthz' },
  { name: 'readiness', path: '/readyz' },
  { name: 'the OpenAPI document (300 kB)', path: '/openapi.json' },
  { name: 'the API reference', path: '/docs' },
  { name: 'a path that there is not', path: '/nothing' },
  { name: 'no credentials', method: 'POST', path: '/v1/process-instances', headers: json, body: '{}' },
  {
    name: 'no credentials, 60 kB',
    method: 'POST',
    path: '/v1/messages',
    headers: json,
    body: `{"name":"${'x'.repeat(60_000)}"}`,
  },
  { name: 'a wrong bootstrap key', path: '/v1/jobs/x', token: (index) => `wrong-key-${index}` },
  {
    name: 'a wrong API key',
    path: '/v1/jobs/x',
    token: (index) => `tl_${String(index).padStart(20, '0')}_${'x'.repeat(43)}`,
  },
  { name: 'a token that nobody has signed', path: '/v1/jobs/x', token: jwt },
  { name: 'a host that is not ours', path: '/v1/jobs/x', headers: { host: 'evil.example.org' } },
  {
    name: 'a channel that there is not',
    method: 'POST',
    path: '/channels/sms/none',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'a=1',
  },
];

const server = await startServerOnFile({
  env: { THROUGHLINE_API_KEY: 'the-key-of-the-benchmark' },
  connections,
});
try {
  const rows: (string | number)[][] = [];
  for (const kind of kinds) {
    await load(kind, requests / 4);
    const before = server.cpuMs();
    const statuses = await load(kind, requests);
    const each = (server.cpuMs() - before) / requests;
    rows.push([kind.name, shownStatuses(statuses), each.toFixed(3)]);
  }
  console.log(
    shownTable({
      title: `${requests} requests without credentials of each kind, ${connections} connections`,
      columns: ['', 'answers', 'processor time of the server, ms'],
      rows,
    }),
  );
} finally {
  await server.stop();
}
console.log(shownTable({ title: 'the checks of a body', columns: ['', 'bytes', 'µs'], rows: checkRows() }));

async function load(kind: Kind, count: number): Promise<ReadonlyMap<number, number>> {
  const statuses = new Map<number, number>();
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      const status = await send(kind, next);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  return statuses;
}

async function send(
  { method = 'GET', path, headers = {}, body, token }: Kind,
  index: number,
): Promise<number> {
  const sent = token === undefined ? headers : { ...headers, authorization: `Bearer ${token(index)}` };
  return (await server.ask(method, path, sent, body)).status;
}

function shownStatuses(statuses: ReadonlyMap<number, number>): string {
  return [...statuses].map(([status, count]) => `${status} × ${count}`).join(', ');
}

function checkRows(): readonly (readonly (string | number)[])[] {
  const variables = { customer: { id: 7, name: 'Ada' }, amount: 12.5, items: [1, 2, 3] };
  const many = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [`v${index}`, { a: [index, 'x'.repeat(80)] }]),
  );
  const bodies = [
    ['a start', startProcessInstance, { bpmnProcessId: 'order', businessKey: 'A-1', variables }],
    ['a message', publishMessage, { name: 'paid', correlationKey: 'A-1', variables }],
    [
      'a search',
      searchProcessInstances,
      { filter: { state: 'active', startedAt: { $gt: '2026-01-01T00:00:00Z' } }, page: { limit: 50 } },
    ],
    ['a start with 1,000 variables', startProcessInstance, { bpmnProcessId: 'order', variables: many }],
  ] as const;
  return bodies.map(([name, operation, body]) => {
    const text = JSON.stringify(body);
    const rounds = text.length > 10_000 ? 500 : 50_000;
    const check = (): void => {
      validate(operation.request.body, 'body', parseJson(text));
    };
    for (let round = 0; round < rounds / 5; round += 1) check();
    const began = performance.now();
    for (let round = 0; round < rounds; round += 1) check();
    return [name, text.length, (((performance.now() - began) * 1_000) / rounds).toFixed(1)];
  });
}
