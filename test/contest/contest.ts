import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { systemClock } from '../../src/platform/clock.js';
import { createLogger } from '../../src/platform/logger.js';
import { createRuntime } from '../../src/runtime/create-runtime.js';
import type { Store } from '../../src/runtime/ports.js';
import type { RequestContext, Runtime } from '../../src/runtime/runtime.js';
import { openStore } from '../../src/store/open-store.js';
import { randomOf } from '../fuzz/random.js';
import { assertConsistent } from '../support/consistency.js';
import { ContestClient } from './contest-client.js';
import { ContestLog } from './contest-log.js';
import { contested, counters } from './contest-model.js';

export interface ContestOptions {
  /** Of a PostgreSQL with the schema and nothing else in it. */
  readonly databaseUrl: string;
  /** About so many commands in all. */
  readonly commands: number;
  readonly seed: number;
}

export interface ContestReport {
  readonly commands: number;
  /** How many of them lost a race: told that the task or job is not there, or not theirs, any more. */
  readonly lost: number;
  readonly seconds: number;
}

const nodes = 2;
const instances = 3;
const clients = 32;
const stuckAfterMs = 60_000;

export const context: RequestContext = { tenantId: 'tenant', actor: 'contest' };

/**
 * Two nodes on one PostgreSQL and 32 clients that want the same of the same three instances at the same time, on both. Everything
 * that was acknowledged must be counted in the instances, once; nothing may fail but by losing a race.
 */
export async function playContest({ databaseUrl, commands, seed }: ContestOptions): Promise<ContestReport> {
  const errors: string[] = [];
  const logger = createLogger({ level: 'error' }, { write: (line) => void errors.push(line) });
  const opened: { readonly store: Store; readonly runtime: Runtime }[] = [];
  const began = performance.now();
  try {
    for (let node = 0; node < nodes; node++) {
      const store = await openStore({ databaseUrl, logger });
      opened.push({ store, runtime: createRuntime({ store, clock: systemClock, logger }) });
    }
    const runtimes = opened.map(({ runtime }) => runtime);
    const [first] = runtimes as [Runtime];
    const outcome = await first.deploy(context, {
      resources: [{ name: 'contested.bpmn', content: contested.toXml() }],
    });
    assert.ok(outcome.ok);
    for (const runtime of runtimes) runtime.start();
    const log = new ContestLog(await begin(first));
    let left = commands;
    const crowd = Array.from({ length: clients }, (_, index) => {
      const client = new ContestClient(index, runtimes, log, randomOf(seed + index));
      return client.run(() => (left -= 1) >= 0);
    });
    await Promise.all(crowd);
    await rest(first);
    await assertCounted(first, log);
    assert.deepEqual(errors, [], 'Expected no error in the log.');
    return { commands: log.commands, lost: log.lost, seconds: (performance.now() - began) / 1_000 };
  } finally {
    for (const { runtime, store } of opened) {
      await runtime.stop();
      await store.close();
    }
    await assertNoDeadlock(databaseUrl);
    await assertConsistent(databaseUrl, { atRest: true });
  }
}

async function begin(runtime: Runtime): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let index = 0; index < instances; index++) {
    const zero = Object.fromEntries(counters.map((counter) => [counter, 0]));
    const variables = { name: `instance-${index}`, ...zero };
    const outcome = await runtime.startProcessInstance(context, { bpmnProcessId: 'contested', variables });
    assert.ok(outcome.ok);
    ids.push(outcome.value.processInstanceId);
  }
  return ids;
}

/** Signals reach their instances after their answers; how long that takes depends on how many there are. */
async function rest({ queries }: Runtime): Promise<void> {
  let [oldest, since] = ['', performance.now()];
  for (;;) {
    const [delivery] = await queries.pendingDeliveries(1);
    if (delivery === undefined) return;
    if (delivery.deliveryId !== oldest) [oldest, since] = [delivery.deliveryId, performance.now()];
    assert.ok(
      performance.now() - since < stuckAfterMs,
      `Expected the delivery ${oldest} to be made within ${stuckAfterMs} ms, being the oldest.`,
    );
    await sleep(20);
  }
}

async function assertCounted(runtime: Runtime, log: ContestLog): Promise<void> {
  for (const [index, id] of log.instances.entries()) {
    const outcome = await runtime.variables(context.tenantId, id);
    assert.ok(outcome.ok);
    for (const [name, value] of log.expected(index)) {
      assert.equal(outcome.value[name], value, `Expected ${name} of instance ${index} as it was answered.`);
    }
  }
  const jobs = await runtime.queries.searchJobs(context.tenantId, {
    filter: {},
    sort: [],
    page: { limit: 1_000 },
  });
  assert.deepEqual(
    jobs.items.map(({ retries }) => retries),
    Array<number>(instances).fill(3),
    'Expected one job for each instance, its retries unspent.',
  );
}

async function assertNoDeadlock(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ deadlocks: string }>(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    assert.equal(rows[0]?.deadlocks, '0', 'Expected no deadlock.');
  } finally {
    await client.end();
  }
}
