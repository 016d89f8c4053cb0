/** The load, in a process of its own: gets a plan from its parent, answers the result, and ends. */
import { Pool } from 'undici';
import { type Endpoint, jsonHeaders } from './endpoint.js';
import type { LoadPlan, LoadResult } from './load-plan.js';

const [serverText = '{}', planText = '{}'] = process.argv.slice(2);
const server = JSON.parse(serverText) as Endpoint;
const headers = jsonHeaders(server);
const plan = JSON.parse(planText) as LoadPlan;
const pool = new Pool(server.url, {
  connections: 128,
  pipelining: 1,
  bodyTimeout: 120_000,
  headersTimeout: 120_000,
});
const latencies: number[] = [];
let failed = 0;
let firstFailure: string | undefined;
let unmeasuredMs = 0;

const began = performance.now();
await drive(plan);
const elapsedMs = performance.now() - began - unmeasuredMs;
latencies.sort((a, b) => a - b);
const at = (share: number): number =>
  Number((latencies[Math.floor(latencies.length * share)] ?? NaN).toFixed(1));
const result: LoadResult = {
  elapsedMs,
  answered: latencies.length,
  failed,
  ...(firstFailure !== undefined && { firstFailure }),
  p50Ms: at(0.5),
  p99Ms: at(0.99),
};
process.send?.(result);
await pool.close();
process.disconnect?.();

function drive(toDo: LoadPlan): Promise<void> {
  switch (toDo.kind) {
    case 'start':
      return repeat(toDo.count, toDo.atOnce, () => start(toDo.bpmnProcessId));
    case 'startPaced':
      return paced(toDo.perSecond, toDo.seconds, (_n, dueAt) => start(toDo.bpmnProcessId, dueAt));
    case 'externalJobs':
      return externalJobs(toDo);
    case 'userTasks':
      return repeat(toDo.count, toDo.atOnce, () => userTask(toDo.bpmnProcessId));
    case 'largeInstance':
      return largeInstances(toDo);
    case 'correlatePaced':
      return correlations(toDo);
    case 'search':
      return repeat(toDo.count, 1, async (n) => {
        await post(toDo.path, toDo.bodies[n % toDo.bodies.length] ?? {}, 200);
      });
    default:
      throw new Error(`Expected a plan but found ${JSON.stringify(toDo satisfies never)}.`);
  }
}

async function repeat(count: number, atOnce: number, action: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const loop = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) await action(n);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, loop));
}

async function paced(
  perSecond: number,
  seconds: number,
  action: (n: number, dueAt: number) => Promise<unknown>,
): Promise<void> {
  const first = performance.now();
  const all: Promise<unknown>[] = [];
  for (let n = 0; n < perSecond * seconds; n++) {
    const dueAt = first + (n / perSecond) * 1000;
    while (performance.now() < dueAt) await new Promise((resolve) => setTimeout(resolve, 1));
    all.push(action(n, dueAt));
  }
  await Promise.all(all);
}

async function start(bpmnProcessId: string, dueAt = performance.now()): Promise<Record<string, unknown>> {
  const variables = { customer: 'c-1', amount: 120, channel: 'mobile' };
  return post('/v1/process-instances', { bpmnProcessId, variables }, 201, dueAt);
}

async function externalJobs(toDo: Extract<LoadPlan, { kind: 'externalJobs' }>): Promise<void> {
  let left = toDo.count * toDo.types.length;
  const work = async (type: string): Promise<void> => {
    while (left > 0) {
      const request = { type, worker: 'bench', maxJobs: 32, timeoutMs: 60_000, requestTimeoutMs: 500 };
      const { jobs = [] } = (await post('/v1/jobs/activate', request, 200)) as {
        jobs?: readonly { readonly jobId: string; readonly fence: number }[];
      };
      const complete = async ({ jobId, fence }: (typeof jobs)[number]) => {
        await post(`/v1/jobs/${jobId}/complete`, { fence, variables: { done: type } }, 204);
        left--;
      };
      await Promise.all(jobs.map(complete));
    }
  };
  const workers = toDo.types.flatMap((type) => [work(type), work(type)]);
  await repeat(toDo.count, toDo.atOnce, () => start(toDo.bpmnProcessId));
  await Promise.all(workers);
}

async function largeInstances(toDo: Extract<LoadPlan, { kind: 'largeInstance' }>): Promise<void> {
  const { bpmnProcessId, type, size, instances, atOnce } = toDo;
  for (let instance = 0; instance < instances; instance++) {
    const before = performance.now();
    await start(bpmnProcessId);
    const jobs: { readonly jobId: string; readonly fence: number }[] = [];
    while (jobs.length < size) {
      const request = { type, worker: 'bench', maxJobs: 100, timeoutMs: 600_000, requestTimeoutMs: 500 };
      const answer = await post('/v1/jobs/activate', request, 200);
      jobs.push(...(answer['jobs'] as typeof jobs));
    }
    unmeasuredMs += performance.now() - before;
    await repeat(size, atOnce, async (n) => {
      const { jobId, fence } = jobs[n] ?? {};
      await post(`/v1/jobs/${jobId}/complete`, { fence, variables: { done: n } }, 204);
    });
  }
}

async function userTask(bpmnProcessId: string): Promise<void> {
  const { processInstanceId } = await start(bpmnProcessId);
  const found = await post('/v1/user-tasks/search', { filter: { processInstanceId, state: 'created' } }, 200);
  const [task] = found['items'] as { readonly userTaskId: string }[];
  if (!task) throw new Error('Expected a user task right after the start but found none.');
  await post(`/v1/user-tasks/${task.userTaskId}/complete`, { variables: { approved: true } }, 204);
}

async function correlations({
  name,
  from,
  among,
  perSecond,
  seconds,
}: Extract<LoadPlan, { kind: 'correlatePaced' }>) {
  // A stride that has no factor in common with the amount meets each of them once, spread over all.
  const stride = Math.floor(among * 0.618) | 1;
  await paced(perSecond, seconds, (n, dueAt) => {
    const correlationKey = `customer-${from + ((n * stride) % among)}`;
    return post('/v1/messages/correlate', { name, correlationKey }, 200, dueAt);
  });
}

async function post(
  path: string,
  body: object,
  expected: number,
  dueAt = performance.now(),
): Promise<Record<string, unknown>> {
  const answer = await pool.request({
    path,
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode === expected) latencies.push(performance.now() - dueAt);
  else {
    failed++;
    firstFailure ??= `${path}: ${answer.statusCode} ${text}`;
  }
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
