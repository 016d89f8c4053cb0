/**
 * What a server does with much that waits: how soon it is ready, what it keeps in memory, how fast it answers beside, and how fast jobs are
 * claimed, with a thousand jobs and timers and with a hundred thousand. A figure on the wrong side of its bound ends it with 1.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/platform/clock.js';
import { silentLogger } from '../../src/platform/logger.js';
import { createRuntime } from '../../src/runtime/create-runtime.js';
import { migrate, openStore } from '../../src/store/open-store.js';
import { bpmn } from '../../test/support/bpmn-builder.js';
import { medianOf } from '../median-of.js';
import { shownTable } from '../table.js';
import { createDatabase } from './bench-database.js';
import { type ServerUnderTest, startServer } from './server-under-test.js';
import { quantile } from './soak-report.js';

const usage = 'Expected: npm run bench -- --suite backlog [--db sqlite|postgres] [--count 100000]';
const bounds = { claimShare: 0.8, healthP99Ms: 100, residentMb: 512, readyMs: 10_000 };
const few = 1_000;
const rounds = 7;
const claimsOfRound = 10;
const claimed = 50;
const atOnce = 64;
const probeEveryMs = 5;
const context = { tenantId: 'default', actor: 'bench' } as const;
const input = { bpmnProcessId: 'backlog' };

/** Each instance waits for a job and a timer. */
const model = bpmn('backlog')
  .startEvent('start')
  .parallelGateway('fork')
  .serviceTask('job', { type: 'backlog' })
  .endEvent('done')
  .at('fork')
  .intermediateCatchEvent('timer', { timer: { duration: 'P30D' } })
  .endEvent('late');

interface Figures {
  readonly count: number;
  readonly readyMs: number;
  readonly residentMb: number;
  readonly residentLaterMb: number;
  readonly claimedPerSecond: number;
  readonly healthP99Ms: number;
}

const { db, count } = readOptions(process.argv.slice(2));
const database = await createDatabase(db);
try {
  await migrate(database.databaseUrl);
  await fill(few);
  const small = await measure(few);
  await fill(count - few);
  report(small, await measure(count));
} finally {
  await database.remove();
}

async function fill(instances: number): Promise<void> {
  const store = await openStore({ databaseUrl: database.databaseUrl, logger: silentLogger });
  const runtime = createRuntime({ store, clock: systemClock, logger: silentLogger });
  await runtime.deploy(context, { resources: [{ name: 'backlog.bpmn', content: model.toXml() }] });
  await inParallel(instances, () => runtime.startProcessInstance(context, input));
  await runtime.stop();
  await store.close();
}

async function measure(waiting: number): Promise<Figures> {
  const began = performance.now();
  const server = await startServer(database, { db, queue: 'none' });
  const readyMs = performance.now() - began;
  const residentMb = server.residentMb();
  const healthMs: number[] = [];
  let isOver = false;
  const probing = (async () => {
    for (; !isOver; await pause(probeEveryMs)) {
      const asked = performance.now();
      await (await fetch(`${server.url}/healthz`)).text();
      healthMs.push(performance.now() - asked);
    }
  })();
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) rates.push(await claimRate(server));
  isOver = true;
  await probing;
  const residentLaterMb = server.residentMb();
  await server.stop();
  const p99 = quantile(healthMs, 0.99);
  return {
    count: waiting,
    readyMs,
    residentMb,
    residentLaterMb,
    claimedPerSecond: medianOf(rates),
    healthP99Ms: p99,
  };
}

/** Jobs claimed in a second; then they are completed, and as many come. */
async function claimRate({ url }: ServerUnderTest): Promise<number> {
  const jobIds: string[] = [];
  const body = { type: 'backlog', worker: 'bench', maxJobs: claimed, timeoutMs: 600_000, fetchVariables: [] };
  const from = performance.now();
  for (let claim = 0; claim < claimsOfRound; claim++) {
    const { jobs } = (await post(`${url}/v1/jobs/activate`, body)) as { jobs: readonly { jobId: string }[] };
    if (jobs.length !== claimed) throw new Error(`Expected ${claimed} jobs but found ${jobs.length}.`);
    jobIds.push(...jobs.map(({ jobId }) => jobId));
  }
  const rate = jobIds.length / ((performance.now() - from) / 1_000);
  await inParallel(jobIds.length, async (index) => {
    await post(`${url}/v1/jobs/${jobIds[index]}/complete`, {});
    await post(`${url}/v1/process-instances`, input);
  });
  return rate;
}

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

async function inParallel(times: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < times) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

function report(small: Figures, large: Figures): void {
  const row = (name: string, of: (figures: Figures) => number, bound: string, isKept: boolean) => [
    name,
    Math.round(of(small) * 10) / 10,
    Math.round(of(large) * 10) / 10,
    bound,
    isKept ? 'kept' : 'MISSED',
  ];
  const least = bounds.claimShare * small.claimedPerSecond;
  const rows = [
    row('jobs claimed/s', (of) => of.claimedPerSecond, '>= 80 % of few', large.claimedPerSecond >= least),
    row('/healthz p99, ms', (of) => of.healthP99Ms, '< 100', large.healthP99Ms < bounds.healthP99Ms),
    row('ready after, ms', (of) => of.readyMs, '< 10,000', large.readyMs < bounds.readyMs),
    row('resident when ready, MiB', (of) => of.residentMb, '< 512', large.residentMb < bounds.residentMb),
    row(
      'resident in the end, MiB',
      (of) => of.residentLaterMb,
      '< 512',
      large.residentLaterMb < bounds.residentMb,
    ),
  ];
  const columns = ['with so many waiting', String(small.count), String(large.count), 'bound', ''];
  console.log(shownTable({ title: `backlog on ${db}`, columns, rows }));
  if (rows.some((cells) => cells.at(-1) === 'MISSED')) process.exitCode = 1;
}

function readOptions(args: readonly string[]): {
  readonly db: 'sqlite' | 'postgres';
  readonly count: number;
} {
  const options = {
    db: { type: 'string', default: 'sqlite' },
    count: { type: 'string', default: '100000' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const most = Number(values.count);
  if ((values.db !== 'sqlite' && values.db !== 'postgres') || !(most > few)) throw new Error(usage);
  return { db: values.db, count: most };
}
