/**
 * What a server does on a database with much in it: how soon it is ready, what it keeps in memory, how fast it answers, and how fast jobs
 * are claimed, with a thousand and with a hundred thousand of each.
 *
 *   npx tsx bench/backlog.ts sqlite:/tmp/bench/throughline.db 100000
 *   npx tsx bench/backlog.ts postgres://postgres@127.0.0.1:5432/an_empty_database 100000
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { systemClock } from '../src/platform/clock.js';
import { silentLogger } from '../src/platform/logger.js';
import { createRuntime } from '../src/runtime/create-runtime.js';
import { openStore } from '../src/store/open-store.js';
import { bpmn } from '../test/support/bpmn-builder.js';

const [databaseUrl, most = '100000'] = process.argv.slice(2);
if (databaseUrl === undefined) throw new Error('Expected the URL of an empty database.');
const context = { tenantId: 'default', actor: 'bench' } as const;
const few = 1_000;
const atOnce = 256;
const claimed = 50;

const model = bpmn('backlog')
  .startEvent('start')
  .parallelGateway('fork')
  .serviceTask('job', { type: 'backlog' })
  .endEvent('done')
  .at('fork')
  .intermediateCatchEvent('timer', { timer: { duration: 'P30D' } })
  .endEvent('late');

let present = 0;
for (const count of [few, Number(most)]) {
  await fill(count - present);
  present = count;
  await measure(count);
}

/** Each instance waits for a job and a timer. */
async function fill(count: number): Promise<void> {
  const store = await openStore({ databaseUrl: databaseUrl ?? '', logger: silentLogger });
  const runtime = createRuntime({ store, clock: systemClock, logger: silentLogger });
  await runtime.deploy(context, { resources: [{ name: 'backlog.bpmn', content: model.toXml() }] });
  let left = count;
  const starter = async (): Promise<void> => {
    while (left-- > 0) await runtime.startProcessInstance(context, { bpmnProcessId: 'backlog' });
  };
  await Promise.all(Array.from({ length: atOnce }, starter));
  await runtime.stop();
  await store.close();
}

async function measure(count: number): Promise<void> {
  const began = performance.now();
  const server = spawn(process.execPath, ['dist/src/main.js'], {
    env: { ...process.env, DATABASE_URL: databaseUrl, PORT: '0', BACKEND_URL: 'http://127.0.0.1:9' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve) => {
    let output = '';
    server.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = /Throughline is ready: (http:\/\/[^\s"]+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const readyMs = performance.now() - began;
  const healthMs: number[] = [];
  let isOver = false;
  const probing = (async () => {
    while (!isOver) {
      const asked = performance.now();
      await (await fetch(`${url}/healthz`)).text();
      healthMs.push(performance.now() - asked);
    }
  })();
  const claims = Math.min(400, count / claimed / 2);
  const claimsFrom = performance.now();
  for (let claim = 0; claim < claims; claim++) {
    const body = { type: 'backlog', worker: 'bench', maxJobs: claimed, timeoutMs: 1_000, fetchVariables: [] };
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/v1/jobs/activate`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    const { jobs } = (await answer.json()) as { readonly jobs: readonly unknown[] };
    if (jobs.length !== claimed) throw new Error(`Expected ${claimed} jobs but found ${jobs.length}.`);
  }
  const rate = (claims * claimed) / ((performance.now() - claimsFrom) / 1_000);
  isOver = true;
  await probing;
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
  const rssMb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
  healthMs.sort((a, b) => a - b);
  const p99 = healthMs[Math.floor(healthMs.length * 0.99)] ?? 0;
  console.log(
    `${count} waiting: ready after ${readyMs.toFixed(0)} ms, ${rssMb.toFixed(0)} MB, ` +
      `${rate.toFixed(0)} jobs claimed/s, /healthz p99 ${p99.toFixed(1)} ms beside them`,
  );
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
}
