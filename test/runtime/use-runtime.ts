import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach } from 'mocha';
import type { Variables } from '../../src/engine/json.js';
import { createLogger } from '../../src/platform/logger.js';
import { createRuntime } from '../../src/runtime/create-runtime.js';
import type { Outcome, ProblemCode } from '../../src/runtime/outcome.js';
import type { JobRow, ProcessInstanceRow, Store, UserTaskRow } from '../../src/runtime/ports.js';
import type {
  ActivatedJob,
  Deployment,
  RequestContext,
  Runtime,
  StartInput,
  StartedInstance,
} from '../../src/runtime/runtime.js';
import { openStore } from '../../src/store/open-store.js';
import { assertConsistent } from '../support/consistency.js';
import { openTestStore, type TestStore } from '../support/database.js';
import { FakeClock } from '../support/fake-clock.js';
import { readTables, type Tables } from '../support/read-tables.js';
import type { Model } from '../support/read-model.js';
import { xmlOf } from '../support/read-model.js';

/** Who asks in tests, unless a test says otherwise. */
export const context: RequestContext = { tenantId: 'tenant', actor: 'tester' };

/** Everything that a search finds, in order of its id. */
export const all = { filter: {}, sort: [], page: { limit: 1000 } } as const;

/** How long the runtime may be busy before a test gives up; reached only when something is stuck. */
const restWithinMs = 45_000;

/** The same for each step of opening and closing; a hook has four at most. */
const stepWithinMs = 30_000;

export interface LogEntry {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface RuntimeOptions {
  /** Puts something between the runtime and the store. */
  readonly wrap?: (store: Store) => Store;
  /** How long what has ended is kept; default for ever. */
  readonly historyTtlMs?: number;
  readonly auditTtlMs?: number;
  /** How many active instances one instance may have called; default that of the product. */
  readonly callTreeLimit?: number;
  /** Whether the loops run from the beginning. Default true. */
  readonly started?: boolean;
  /** The node's clock, where it differs from the database's. */
  readonly clock?: FakeClock;
}

/**
 * A real runtime over a real, empty store, on a clock that only the test moves; another one for each test. After each test
 * it is stopped, the database is held against itself, and an error in the log fails the test.
 */
/** The loops that sleep until a time when there is nothing to do: timers, deliveries, batches, clean-up. */
export const loopTimers = 4;

export class RuntimeUnderTest {
  clock = new FakeClock();
  readonly log: LogEntry[] = [];
  /** Errors in the log are what the test is about. */
  expectsErrors = false;
  #opened: TestStore | undefined;
  #store: Store | undefined;
  #runtime: Runtime | undefined;

  get runtime(): Runtime {
    assert.ok(this.#runtime, 'Expected a runtime: use it in tests only.');
    return this.#runtime;
  }

  get store(): Store {
    assert.ok(this.#store, 'Expected a store: use it in tests only.');
    return this.#store;
  }

  get databaseUrl(): string {
    assert.ok(this.#opened, 'Expected a database: use it in tests only.');
    return this.#opened.databaseUrl;
  }

  async open(options: RuntimeOptions): Promise<void> {
    this.clock = new FakeClock();
    this.log.length = 0;
    this.expectsErrors = false;
    this.#opened = await openTestStore({ clock: this.clock });
    this.#store = this.#opened.store;
    this.#runtime = this.createRuntime(options);
    if (options.started ?? true) this.#runtime.start();
  }

  /** A further runtime on this store, as a second node has it; the test stops it. */
  createRuntime(
    {
      wrap = (store) => store,
      historyTtlMs,
      auditTtlMs,
      callTreeLimit,
      clock = this.clock,
    }: RuntimeOptions = {},
    store: Store = this.store,
  ): Runtime {
    const write = (line: string): void => void this.log.push(JSON.parse(line) as LogEntry);
    const logger = createLogger({ level: 'warn' }, { write });
    return createRuntime({
      store: wrap(store),
      clock,
      logger,
      ...(historyTtlMs === undefined ? {} : { historyTtlMs }),
      ...(auditTtlMs === undefined ? {} : { auditTtlMs }),
      ...(callTreeLimit === undefined ? {} : { callTreeLimit }),
    });
  }

  /** A further store on this database (PostgreSQL only); the test closes it. */
  openStore(): Promise<Store> {
    return openStore({
      databaseUrl: this.databaseUrl,
      logger: createLogger({ level: 'silent' }),
      clock: this.clock,
    });
  }

  /** The server ends and another one begins on the same database. */
  async restart(options: RuntimeOptions = {}): Promise<void> {
    await this.runtime.stop();
    await this.store.close();
    this.#store = await this.openStore();
    this.#runtime = this.createRuntime(options);
    if (options.started ?? true) this.#runtime.start();
  }

  /** As {@link restart}, but on the same store: another runtime with nothing in its memory. */
  async replaceRuntime(options: RuntimeOptions = {}): Promise<void> {
    await this.runtime.stop();
    this.#runtime = this.createRuntime(options);
    if (options.started ?? true) this.#runtime.start();
  }

  async close(): Promise<void> {
    try {
      await inTime('the runtime to stop', this.#runtime?.stop());
      await inTime('the store to close', this.#store?.close());
      if (this.#opened)
        await inTime('the database to be read and checked', assertConsistent(this.#opened.databaseUrl));
      const errors = this.log.filter(({ level }) => level === 'error');
      if (!this.expectsErrors) assert.deepEqual(errors, [], 'Expected no error in the log.');
    } finally {
      await inTime('the database to be emptied', this.#opened?.close());
    }
  }

  /** Resolves when no delivery is left and every timer that is due has fired. */
  async rest(): Promise<void> {
    await this.until(() => this.isAtRest(), 'no delivery and no due timer');
  }

  async isAtRest(): Promise<boolean> {
    // Twice: a delivery that is consumed between the two reads may leave a timer.
    return (await this.#isEmpty()) && (await this.#isEmpty());
  }

  async #isEmpty(): Promise<boolean> {
    this.clock.advance(0);
    // Timers first: one that fires between the two reads leaves a delivery.
    const timer = await this.store.queries.nextTimerDueAt();
    const [delivery] = await this.store.queries.pendingDeliveries(1);
    return delivery === undefined && !(timer !== undefined && timer <= this.clock.now());
  }

  /** Moves the clock and waits until what was due has been done. */
  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.rest();
  }

  /** Resolves when every loop sleeps, and so many others wait for a time. */
  async asleep(others = 0): Promise<void> {
    const expected = loopTimers + others;
    await this.until(() => this.clock.pendingTimers === expected, `${expected} timers to be set`);
  }

  /** Lets everything go on until the condition holds. */
  async until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const giveUpAt = performance.now() + restWithinMs;
    while (!(await holds())) {
      assert.ok(performance.now() < giveUpAt, `Expected ${what} within ${restWithinMs} ms.`);
      await nextTurn();
    }
  }

  /** Deploys models that are right, each in a file of its own, all in one deployment. */
  async deploy(...models: readonly Model[]): Promise<Deployment> {
    const resources = models.map((model, index) => ({ name: `model-${index}.bpmn`, content: xmlOf(model) }));
    return ok(await this.runtime.deploy(context, { resources }));
  }

  /** Starts an instance and waits until all has happened that happens by itself. */
  async start(
    bpmnProcessId: string,
    variables: Variables = {},
    more: Omit<StartInput, 'bpmnProcessId' | 'variables'> = {},
  ): Promise<StartedInstance> {
    const started = ok(
      await this.runtime.startProcessInstance(context, { bpmnProcessId, variables, ...more }),
    );
    await this.rest();
    return started;
  }

  async instance(processInstanceId: string): Promise<ProcessInstanceRow> {
    const row = await this.runtime.queries.processInstance(context.tenantId, processInstanceId);
    assert.ok(row, `Expected process instance ${processInstanceId}.`);
    return row;
  }

  /** Ids and states of the elements that were activated, in order: `task:active`. */
  async path(processInstanceId: string): Promise<readonly string[]> {
    const { items } = await this.runtime.queries.elementInstances(context.tenantId, processInstanceId, {
      limit: 1000,
    });
    return items.map(({ elementId, state }) => `${elementId}:${state}`);
  }

  async variables(processInstanceId: string): Promise<Variables> {
    return ok(await this.runtime.variables(context.tenantId, processInstanceId));
  }

  /** All instances of a process, oldest first. */
  async instancesOf(bpmnProcessId: string) {
    const request = { ...all, filter: { bpmnProcessId: { $eq: bpmnProcessId } } };
    const { items } = await this.runtime.queries.searchProcessInstances(context.tenantId, request);
    return [...items].sort((a, b) => (a.processInstanceId < b.processInstanceId ? -1 : 1));
  }

  async take(
    type: string,
    more: Partial<Parameters<Runtime['activateJobs']>[1]> = {},
  ): Promise<readonly ActivatedJob[]> {
    const input = { type, worker: 'worker', maxJobs: 100, timeoutMs: 60_000, ...more };
    return ok(await this.runtime.activateJobs(context, input));
  }

  /** Takes the one job of a type that is offered. */
  async takeOne(type: string): Promise<ActivatedJob> {
    const jobs = await this.take(type);
    assert.equal(jobs.length, 1, `Expected one job of type ${type} but found ${jobs.length}.`);
    return jobs[0] as ActivatedJob;
  }

  /** Takes the one job of a type that is offered, and completes it. */
  async work(type: string, variables: Variables = {}): Promise<void> {
    const { jobId, fence } = await this.takeOne(type);
    ok(await this.runtime.completeJob(context, jobId, { variables, fence }));
    await this.rest();
  }

  async jobs(): Promise<readonly JobRow[]> {
    return (await this.runtime.queries.searchJobs(context.tenantId, all)).items;
  }

  async userTasks(): Promise<readonly UserTaskRow[]> {
    return (await this.runtime.queries.searchUserTasks(context.tenantId, all)).items;
  }

  async incidents() {
    return (await this.runtime.queries.searchIncidents(context.tenantId, all)).items;
  }

  async openIncidents() {
    return (await this.incidents()).filter(({ resolvedAt }) => resolvedAt === undefined);
  }

  tables(): Promise<Tables> {
    return readTables(this.databaseUrl);
  }
}

/** Opens a runtime before each test of the suite, and closes and checks it afterwards. */
export function useRuntime(options: RuntimeOptions = {}): RuntimeUnderTest {
  const test = new RuntimeUnderTest();
  beforeEach('open a runtime', async function openRuntime() {
    this.timeout(2 * stepWithinMs);
    await inTime('a runtime on an empty database', test.open(options));
  });
  afterEach('close the runtime', async function closeRuntime() {
    this.timeout(5 * stepWithinMs);
    await test.close();
  });
  return test;
}

/** A hook that hangs fails with what it hangs at. */
async function inTime<T>(what: string, step: Promise<T> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`Expected ${what} within ${stepWithinMs} ms.`);
    timer = setTimeout(() => reject(error), stepWithinMs);
  });
  try {
    await Promise.race([step, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The value of an outcome that must be good. */
export function ok<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.problem.code}: ${outcome.problem.detail}`);
  return outcome.value;
}

/** Expects a refusal of that kind; answers what it says. */
export function refusal(outcome: Outcome<unknown>, code: ProblemCode): string {
  assert.ok(!outcome.ok, `Expected the refusal ${code} but it was done.`);
  assert.equal(outcome.problem.code, code, outcome.problem.detail);
  return outcome.problem.detail;
}
