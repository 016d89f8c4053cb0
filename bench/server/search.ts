/** Searches of process instances over REST among very many that have ended: one page each, sorted as the page of the server does. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { shownTable } from '../table.js';
import { createDatabase } from './bench-database.js';
import { load } from './bench-workloads.js';
import { fillForSearch, firstStartedAt, searchData } from './search-data.js';
import { startServer } from './server-under-test.js';

const usage = `Expected: npm run bench -- --suite search [--db sqlite|postgres] [--count 1000000] [--searches 200]`;
const targetMs = 50;
const dayMs = 24 * 60 * 60_000;

const { db, count, searches } = readOptions(process.argv.slice(2));
const database = await createDatabase(db);
try {
  const began = performance.now();
  await fillForSearch(database.databaseUrl, count);
  console.log(
    `${shown(count)} process instances written in ${Math.round((performance.now() - began) / 1000)} s`,
  );
  const server = await startServer(database, { db, queue: 'none' });
  const measured = [];
  for (const [name, filterOf] of Object.entries(filters())) {
    const bodies = Array.from({ length: searches }, (_, n) => bodyOf(filterOf(n)));
    const path = '/v1/process-instances/search';
    await load(server, { kind: 'search', path, bodies: bodies.slice(0, 3), count: 3 });
    const { p50Ms, p99Ms } = await load(server, { kind: 'search', path, bodies, count: searches });
    measured.push({ name, p50Ms, p99Ms, reached: p99Ms < targetMs });
  }
  await server.stop();
  const rows = measured.map(({ name, p50Ms, p99Ms, reached }) => [
    name,
    p50Ms,
    p99Ms,
    reached ? 'yes' : 'NO',
  ]);
  const title = `A page of 50 of ${shown(count)} process instances: ${db}, one search at a time`;
  console.log(shownTable({ title, columns: ['by', 'p50 ms', 'p99 ms', `under ${targetMs} ms`], rows }));
  mkdirSync('reports', { recursive: true });
  writeFileSync(
    `reports/bench-search-${db}.json`,
    `${JSON.stringify({ db, count, measured }, undefined, 2)}\n`,
  );
} finally {
  await database.remove();
}

/** What each search asks for, the nth time. A stride spreads the values over all that there are. */
function filters(): Readonly<Record<string, (n: number) => object>> {
  const { processes, customers, amounts, channels, days } = searchData;
  const spread = (n: number, among: number): number => (n * 7_919) % among;
  const startedAt = (n: number, lengthMs: number): object => {
    const from = firstStartedAt + spread(n, days - 1) * dayMs;
    return { $gte: new Date(from).toISOString(), $lt: new Date(from + lengthMs).toISOString() };
  };
  const channel = (n: number): string => channels[n % channels.length] ?? '';
  return {
    'nothing: the newest': () => ({}),
    'state active': () => ({ state: 'active' }),
    'state completed': () => ({ state: 'completed' }),
    'business key': (n) => ({ businessKey: `order-${spread(n, count)}` }),
    'beginning of a business key': (n) => ({ businessKey: { $like: `order-${spread(n, count)}*` } }),
    process: (n) => ({ bpmnProcessId: `process-${n % processes}` }),
    'process and state': (n) => ({ bpmnProcessId: `process-${n % processes}`, state: 'completed' }),
    definition: (n) => ({ processDefinitionId: `definition-${n % processes}` }),
    'definition and state': (n) => ({ processDefinitionId: `definition-${n % processes}`, state: 'active' }),
    'start within an hour': (n) => ({ startedAt: startedAt(n, dayMs / 24) }),
    'start within a day, and state': (n) => ({ startedAt: startedAt(n, dayMs), state: 'completed' }),
    'incident (there is none)': () => ({ hasIncident: true }),
    'variable of few': (n) => ({
      variables: [{ name: 'customer', value: `customer-${spread(n, customers)}` }],
    }),
    'variable of one in 1,000': (n) => ({ variables: [{ name: 'amount', value: spread(n, amounts) }] }),
    'variable of one in 3': (n) => ({ variables: [{ name: 'channel', value: channel(n) }] }),
    'variable of one in 3, and state': (n) => ({
      variables: [{ name: 'channel', value: channel(n) }],
      state: 'active',
    }),
    'two variables': (n) => ({
      variables: [
        { name: 'channel', value: channel(n) },
        { name: 'amount', value: spread(n, amounts) },
      ],
    }),
  };
}

function bodyOf(filter: object): object {
  return { filter, sort: [{ field: 'startedAt', order: 'desc' }], page: { limit: 50 } };
}

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      db: { type: 'string', default: 'sqlite' },
      count: { type: 'string', default: '1000000' },
      searches: { type: 'string', default: '200' },
    },
  });
  const { db } = values;
  const [count, searches] = [Number(values.count), Number(values.searches)];
  if ((db !== 'sqlite' && db !== 'postgres') || !(count > 0) || !(searches > 0)) throw new Error(usage);
  return { db, count, searches } as const;
}

function shown(amount: number): string {
  return amount.toLocaleString('en-US');
}
