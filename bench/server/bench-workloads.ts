import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { BenchDatabase } from './bench-database.js';
import { externalTypes } from './bench-processes.js';
import { largeInstance } from './large-instance.js';
import { type Endpoint, jsonHeaders } from './endpoint.js';
import type { LoadPlan, LoadResult } from './load-plan.js';
import { seed } from './seed.js';

/** By database. */
export interface Target {
  readonly sqlite: number;
  readonly postgres: number;
}

/** One figure of a workload, and what it is compared with. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly target: Target;
  /** With a queue and a worker process; default: as without. */
  readonly targetWithQueue?: Target;
  readonly isBetter: 'higher' | 'lower';
}

export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly figures: readonly Figure[];
  /** Before the server is started: what the database holds. */
  readonly prepare?: (database: BenchDatabase, scale: number) => Promise<void>;
  /** What a server does before it is measured. */
  readonly warmUp?: (server: Endpoint, scale: number) => Promise<unknown>;
  readonly run: (server: Endpoint, scale: number) => Promise<WorkloadRun>;
}

export interface WorkloadRun {
  /** One for each figure. */
  readonly values: readonly number[];
  /** How many instances, messages or timers the server has dealt with. */
  readonly units: number;
}

const perSecond = (sqlite: number, postgres: number, name = 'instances completed/s'): Figure => ({
  name,
  unit: '/s',
  target: { sqlite, postgres },
  isBetter: 'higher',
});
const ms = (name: string, sqlite: number, postgres: number): Figure => ({
  name,
  unit: 'ms',
  target: { sqlite, postgres },
  isBetter: 'lower',
});

const externalJobs = {
  kind: 'externalJobs',
  bpmnProcessId: 'three-external-jobs',
  types: externalTypes,
  atOnce: 16,
} as const;
const userTasks = { kind: 'userTasks', bpmnProcessId: 'one-user-task', atOnce: 64 } as const;
const pacedStarts = { kind: 'startPaced', bpmnProcessId: 'one-user-task', perSecond: 200 } as const;
const pacedMessages = { kind: 'correlatePaced', name: 'go', perSecond: 500 } as const;
const warmUpMessages = 1_000;

const timerLeadMs = 90_000;
let timersDueAt = 0;

export const workloads: readonly Workload[] = [
  {
    name: 'W1',
    title: 'start → three handled jobs → end',
    figures: [{ ...perSecond(2_000, 800), targetWithQueue: { sqlite: 1_000, postgres: 600 } }],
    async warmUp(server) {
      await load(server, { kind: 'start', bpmnProcessId: 'three-jobs', count: 500, atOnce: 64 });
      await drained(server, 'three-jobs');
    },
    async run(server, scale) {
      const count = 10_000 * scale;
      const began = performance.now();
      await load(server, { kind: 'start', bpmnProcessId: 'three-jobs', count, atOnce: 64 });
      await drained(server, 'three-jobs');
      return { values: [rate(count, performance.now() - began)], units: count };
    },
  },
  {
    name: 'W2',
    title: 'start → three external jobs → end',
    figures: [perSecond(600, 350)],
    warmUp: (server) => load(server, { ...externalJobs, count: 200 }),
    async run(server, scale) {
      const count = 3_000 * scale;
      const { elapsedMs } = await load(server, { ...externalJobs, count });
      await drained(server, 'three-external-jobs');
      return { values: [rate(count, elapsedMs)], units: count };
    },
  },
  {
    name: 'W3',
    title: 'start → search the user task → complete → end',
    figures: [perSecond(1_000, 500)],
    warmUp: (server) => load(server, { ...userTasks, count: 300 }),
    async run(server, scale) {
      const count = 4_000 * scale;
      const { elapsedMs } = await load(server, { ...userTasks, count });
      return { values: [rate(count, elapsedMs)], units: count };
    },
  },
  {
    name: 'W4',
    title: 'correlate one message among 100,000 waiting instances, at 500/s',
    figures: [ms('p99', 20, 40)],
    prepare: (database, scale) =>
      seed(database.databaseUrl, {
        bpmnProcessId: 'one-message',
        count: 100_000 * scale + warmUpMessages,
        variables: (n) => ({ customer: `customer-${n}` }),
      }),
    warmUp: (server, scale) =>
      load(server, {
        ...pacedMessages,
        ...{ from: 100_000 * scale, among: warmUpMessages },
        seconds: warmUpMessages / pacedMessages.perSecond,
      }),
    async run(server, scale) {
      const seconds = 15 * scale;
      const { p99Ms } = await load(server, { ...pacedMessages, from: 0, among: 100_000 * scale, seconds });
      return { values: [p99Ms], units: pacedMessages.perSecond * seconds };
    },
  },
  {
    name: 'W5',
    title: 'broadcast a signal to 10,000 waiting instances, until the last has moved on',
    figures: [ms('elapsed', 4_000, 8_000)],
    prepare: (database, scale) =>
      seed(database.databaseUrl, { bpmnProcessId: 'one-signal', count: 10_000 * scale }),
    async run(server, scale) {
      const began = performance.now();
      await send(server, '/v1/signals', { name: 'go' });
      await drained(server, 'one-signal');
      return { values: [Math.round(performance.now() - began)], units: 10_000 * scale };
    },
  },
  {
    name: 'W6',
    title: '100,000 timers due at once',
    figures: [perSecond(5_000, 2_500, 'timers fired/s')],
    async prepare(database, scale) {
      timersDueAt = Date.now() + timerLeadMs;
      const variables = { dueAt: new Date(timersDueAt).toISOString() };
      await seed(database.databaseUrl, {
        bpmnProcessId: 'one-timer',
        count: 100_000 * scale,
        variables: () => variables,
      });
    },
    async run(server, scale) {
      const leadMs = timersDueAt - Date.now();
      if (leadMs < 0)
        throw new Error(`Expected the timers to be stored before they are due; ${-leadMs} ms late.`);
      await new Promise((resolve) => setTimeout(resolve, leadMs));
      await drained(server, 'one-timer');
      const count = 100_000 * scale;
      return { values: [rate(count, Date.now() - timersDueAt)], units: count };
    },
  },
  largeInstance(load),
  {
    name: 'start',
    title: 'POST /v1/process-instances at 200/s',
    figures: [ms('p50', 4, 6), ms('p99', 20, 30)],
    warmUp: (server) => load(server, { ...pacedStarts, seconds: 3 }),
    async run(server, scale) {
      const seconds = 15 * scale;
      const { p50Ms, p99Ms } = await load(server, { ...pacedStarts, seconds });
      return { values: [p50Ms, p99Ms], units: pacedStarts.perSecond * seconds };
    },
  },
];

/** Runs a plan in a process of its own. @throws Error when a request was not answered as expected. */
export async function load(server: Endpoint, plan: LoadPlan): Promise<LoadResult> {
  const child = fork(new URL('./load.js', import.meta.url), [JSON.stringify(server), JSON.stringify(plan)]);
  const ended = once(child, 'exit').then(() => undefined);
  const message = await Promise.race([once(child, 'message'), ended]);
  if (message === undefined) throw new Error(`The load process ended without a result: ${plan.kind}`);
  await ended;
  const [result] = message as [LoadResult];
  if (result.failed > 0) throw new Error(`${result.failed} requests failed. ${result.firstFailure ?? ''}`);
  return result;
}

/** Resolves when no instance of the process is active any more. */
export async function drained(server: Endpoint, bpmnProcessId: string): Promise<void> {
  for (;;) {
    const body = { filter: { bpmnProcessId, state: 'active' }, page: { limit: 1 } };
    const { page } = (await send(server, '/v1/process-instances/search', body)) as {
      page: { totalItems: number };
    };
    if (page.totalItems === 0) return;
    await new Promise((resolve) => setTimeout(resolve, page.totalItems < 500 ? 20 : 200));
  }
}

async function send(server: Endpoint, path: string, body: object): Promise<unknown> {
  const options = { method: 'POST', headers: jsonHeaders(server), body: JSON.stringify(body) };
  const response = await fetch(server.url + path, options);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

function rate(count: number, elapsedMs: number): number {
  return Math.round((count / elapsedMs) * 1000);
}
