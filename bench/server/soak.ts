/** Half of what the server can do, for a long time: memory, open files and latency have to stay where they are. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { shownTable } from '../table.js';
import { createDatabase } from './bench-database.js';
import { drained, load } from './bench-workloads.js';
import type { Endpoint } from './endpoint.js';
import { startServer } from './server-under-test.js';
import { quantile, sampleSvg, sampleTable, trendsOf, type Sample } from './soak-report.js';

const usage = `Expected: npm run bench -- --suite soak [--db sqlite|postgres] [--queue none|redis] [--minutes 20] [--rate <starts/s>]`;
const bpmnProcessId = 'three-jobs';
const sampleEveryMs = 10_000;

const options = readOptions(process.argv.slice(2));
const database = await createDatabase(options.db);
try {
  const server = await startServer(database, options);
  const perSecond = options.rate ?? (await halfOfPeak(server));
  console.log(`${perSecond} starts/s for ${options.minutes} minutes, each with three jobs`);
  const samples = await soak(perSecond);
  await drained(server, bpmnProcessId);
  await server.stop();
  report(samples, perSecond);

  async function soak(rate: number): Promise<readonly Sample[]> {
    const pool = new Pool(server.url, { connections: 64, pipelining: 1 });
    const samples: Sample[] = [];
    let latencies: number[] = [];
    let failure: string | undefined;
    const start = async (dueAt: number): Promise<void> => {
      const answer = await pool.request({
        path: '/v1/process-instances',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ bpmnProcessId, variables: { customer: 'c-1', amount: 120 } }),
      });
      const text = await answer.body.text();
      if (answer.statusCode === 201) latencies.push(performance.now() - dueAt);
      else failure ??= `${answer.statusCode} ${text}`;
    };
    const failed = (error: unknown): void => {
      failure ??= String(error);
    };
    const began = performance.now();
    const lastAt = began + options.minutes * 60_000;
    let sampleAt = began + sampleEveryMs;
    for (let n = 0; performance.now() < lastAt; n++) {
      const dueAt = began + (n / rate) * 1000;
      while (performance.now() < dueAt) await pause(1);
      start(dueAt).catch(failed);
      if (failure !== undefined) throw new Error(`A start was not answered with 201: ${failure}`);
      if (performance.now() < sampleAt) continue;
      const [taken, seconds] = [latencies, (performance.now() - began) / 1000];
      latencies = [];
      sampleAt += sampleEveryMs;
      samples.push({
        ...{ seconds, answered: taken.length, p50Ms: quantile(taken, 0.5), p99Ms: quantile(taken, 0.99) },
        // The load has more connections open after a burst, and fewer later: they are its own affair.
        ...{ residentMb: server.residentMb(), openFiles: server.openFiles() - pool.stats.connected },
      });
    }
    await pool.close();
    return samples;
  }
} finally {
  await database.remove();
}

/** The second of two runs counts: the first is for the compiler. */
async function halfOfPeak(server: Endpoint): Promise<number> {
  let perSecond = 0;
  for (const count of [500, 4_000]) {
    const began = performance.now();
    await load(server, { kind: 'start', bpmnProcessId, count, atOnce: 64 });
    await drained(server, bpmnProcessId);
    perSecond = (count / (performance.now() - began)) * 1000;
  }
  return Math.max(1, Math.round(perSecond / 2));
}

function report(samples: readonly Sample[], perSecond: number): void {
  const { db, queue, minutes } = options;
  console.log(
    shownTable(sampleTable(samples, `${db}, queue ${queue}: ${perSecond} starts/s, ${minutes} minutes`)),
  );
  const trends = trendsOf(samples);
  const rows = trends.map(({ name, middle, last, isFlat }) => [name, middle, last, isFlat ? 'yes' : 'NO']);
  console.log(shownTable({ title: 'Medians', columns: ['', 'middle third', 'last third', 'flat'], rows }));
  mkdirSync('reports', { recursive: true });
  const file = `reports/bench-soak-${db}-${queue}`;
  writeFileSync(`${file}.json`, `${JSON.stringify({ options, perSecond, trends, samples }, undefined, 2)}\n`);
  writeFileSync(`${file}.svg`, sampleSvg(samples));
  console.log(`\nWritten to ${file}.json and ${file}.svg`);
  if (!trends.every(({ isFlat }) => isFlat)) process.exitCode = 1;
}

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      db: { type: 'string', default: 'sqlite' },
      queue: { type: 'string', default: 'none' },
      minutes: { type: 'string', default: '20' },
      rate: { type: 'string' },
    },
  });
  const { db, queue } = values;
  const minutes = Number(values.minutes);
  const rate = values.rate === undefined ? undefined : Number(values.rate);
  if ((db !== 'sqlite' && db !== 'postgres') || (queue !== 'none' && queue !== 'redis'))
    throw new Error(usage);
  if (!(minutes > 0) || (rate !== undefined && !(rate > 0))) throw new Error(usage);
  return { db, queue, minutes, rate } as const;
}
