import { Agent, request } from 'undici';

/** Load from a process of its own: `rest-load.ts <url> <plan as JSON>`; tells its parent the result. */
interface Plan {
  readonly seconds: number;
  /** Requests are sent when they are due, answered or not. Latency counts from then. */
  readonly ratePerSecond?: number;
  /** Or as fast as so many connections can. */
  readonly connections?: number;
}

export interface LoadResult {
  readonly answered: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const [url = '', planText = '{}'] = process.argv.slice(2);
const plan = JSON.parse(planText) as Plan;
const dispatcher = new Agent({ connections: plan.connections ?? 64 });
const latencies: number[] = [];
let failed = 0;

async function start(dueAt: number): Promise<void> {
  const { statusCode, body } = await request(`${url}/v1/process-instances`, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"bpmnProcessId":"bench","variables":{"customer":"c-1","amount":120,"channel":"mobile"}}',
  });
  await body.dump();
  if (statusCode === 201) latencies.push(performance.now() - dueAt);
  else failed++;
}

async function paced(ratePerSecond: number): Promise<void> {
  const began = performance.now();
  const all: Promise<void>[] = [];
  for (let n = 0; n < ratePerSecond * plan.seconds; n++) {
    const dueAt = began + (n / ratePerSecond) * 1000;
    while (performance.now() < dueAt) await new Promise((resolve) => setTimeout(resolve, 1));
    all.push(start(dueAt));
  }
  await Promise.all(all);
}

async function flatOut(connections: number): Promise<void> {
  const until = performance.now() + plan.seconds * 1000;
  const loop = async (): Promise<void> => {
    while (performance.now() < until) await start(performance.now());
  };
  await Promise.all(Array.from({ length: connections }, loop));
}

await (plan.ratePerSecond === undefined ? flatOut(plan.connections ?? 1) : paced(plan.ratePerSecond));
latencies.sort((a, b) => a - b);
const at = (share: number): number =>
  Number((latencies[Math.floor(latencies.length * share)] ?? Number.NaN).toFixed(1));
process.send?.({ answered: latencies.length, failed, p50Ms: at(0.5), p99Ms: at(0.99) } satisfies LoadResult);
await dispatcher.close();
