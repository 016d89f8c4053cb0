import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/platform/clock.js';
import { silentLogger } from '../src/platform/logger.js';
import { createRuntime } from '../src/runtime/create-runtime.js';
import type { Outcome } from '../src/runtime/outcome.js';
import type { Runtime } from '../src/runtime/runtime.js';
import { openStore } from '../src/store/open-store.js';
import { bpmn } from '../test/support/bpmn-builder.js';
import type { Table } from './table.js';

const context = { tenantId: 'default', actor: 'bench' };
const sizes = [10, 100, 1_000];

/** What many open element instances in one instance cost: n parallel jobs, completed at once and one by one. On SQLite, fsync on. */
export async function run(): Promise<readonly Table[]> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'));
  const databaseUrl = process.env['BENCH_DATABASE_URL'] ?? `sqlite:${join(folder, 'throughline.db')}`;
  const store = await openStore({ databaseUrl, logger: silentLogger });
  const runtime = createRuntime({ store, clock: systemClock, logger: silentLogger });
  runtime.start();
  const rows: (string | number)[][] = [];
  for (const size of sizes) {
    await deployFan(runtime, size);
    for (const mode of ['at once', 'one by one'] as const) {
      const { processInstanceId } = value(
        await runtime.startProcessInstance(context, { bpmnProcessId: `fan${size}` }),
      );
      const row = await store.queries.processInstance(context.tenantId, processInstanceId);
      const perSecond = await complete(runtime, size, mode);
      rows.push([size, mode, JSON.stringify(row?.state).length, Math.round(perSecond)]);
    }
  }
  await runtime.stop();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
  return [
    { title: 'One instance', columns: ['parallel jobs', 'completed', 'bytes of state', 'jobs/s'], rows },
  ];
}

async function deployFan(runtime: Runtime, size: number): Promise<void> {
  const fan = bpmn(`fan${size}`).startEvent('s').parallelGateway('f');
  for (let n = 0; n < size; n++)
    fan
      .at('f')
      .serviceTask(`t${n}`, { type: `work${size}` })
      .connectTo('j');
  const content = fan.at(undefined).parallelGateway('j').endEvent('e').toXml();
  value(await runtime.deploy(context, { resources: [{ name: `fan${size}.bpmn`, content }] }));
}

async function complete(runtime: Runtime, size: number, mode: 'at once' | 'one by one'): Promise<number> {
  const activation = { type: `work${size}`, worker: 'bench', maxJobs: size, timeoutMs: 60_000 };
  const jobs = value(await runtime.activateJobs(context, activation));
  const began = performance.now();
  const done = async ({ jobId, fence }: (typeof jobs)[number]) =>
    value(await runtime.completeJob(context, jobId, { fence }));
  if (mode === 'at once') await Promise.all(jobs.map(done));
  else for (const job of jobs) await done(job);
  return (jobs.length / (performance.now() - began)) * 1000;
}

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.problem.detail);
  return outcome.value;
}
