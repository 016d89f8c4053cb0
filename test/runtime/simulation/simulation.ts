import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JobHandler } from '../../../src/jobs/job-handler.js';
import { createLogger } from '../../../src/platform/logger.js';
import type { Store } from '../../../src/runtime/ports.js';
import type { RequestContext, Runtime } from '../../../src/runtime/runtime.js';
import { models } from '../../crash/crash-models.js';
import { type Random, randomOf } from '../../fuzz/random.js';
import { FaultyQueue } from '../../jobs/queue/faulty-queue.js';
import type { FakeClock } from '../../support/fake-clock.js';
import { SimulatedClient } from './simulated-client.js';
import { SimulatedNode } from './simulated-node.js';
import { calm, onPurpose, type Weather } from './simulated-store.js';
import { SimulatedWorkers } from './simulated-workers.js';

const nodes = 2;
const bells = 2;
const hour = 3_600_000;
/** So many turns of the event loop with nothing under way, and everybody sleeps. */
const quietTurns = 4;
const busyMaxMs = 10_000;
/** By the simulated clock: an old job that a queue has lost without a trace is put again after five minutes at the latest. */
const drainMaxMs = 12 * 60_000;
const drainStepMs = 500;

const weathers: readonly Weather[] = [
  calm,
  { away: 40, commitFails: 20, answerLost: 20, conflict: 10, slow: 3 },
  { away: 6, commitFails: 6, answerLost: 6, conflict: 3, slow: 2 },
  { ...calm, answerLost: 3 },
  { ...calm, slow: 1, conflict: 2 },
  { ...calm, away: 2 },
];

/** What may happen, as often as chance is to choose it. */
const kinds = [
  ...['order', 'order', 'ticker', 'moved', 'begin', 'pay', 'pay', 'completeTask', 'completeTask', 'ring'],
  ...['take', 'takeQueued', 'takeQueued', 'report', 'report', 'move', 'suspendOrResume'],
  ...['passSome', 'pass', 'passMuch', 'kill', 'revive', 'revive', 'weather', 'loseQueue', 'queueAway'],
] as const;

export type ActionName = (typeof kinds)[number];

/** That this happens. */
export function stepOf(name: ActionName, what: number, turns: number): Step {
  return [kinds.indexOf(name), what, turns];
}

function nameOf(kind: number): ActionName {
  return kinds[kind % kinds.length] ?? 'pass';
}

/** One thing that happens: of what kind, to what, and for how many turns it is let go on before the next (all but 3: until all rest). */
export type Step = readonly [kind: number, what: number, turns: number];

/** What a play has come to, for the check at the end. */
export interface Played {
  readonly client: SimulatedClient;
  /** Business keys of what was started, by process. */
  readonly started: ReadonlyMap<string, readonly string[]>;
  readonly bells: readonly string[];
  readonly rings: number;
  /** Those that a modification gave a second token. */
  readonly moved: ReadonlySet<string>;
  /** Jobs for which the handler of a node was called. */
  readonly called: ReadonlySet<string>;
  /** How many nodes died. */
  readonly deaths: number;
}

/**
 * A few nodes on one database, a queue, workers outside and clients, in one process: what happens, and what goes wrong, is told by the
 * steps and the dice. On SQLite the same steps and dice are the same play again.
 */
export class Simulation {
  readonly #clock: FakeClock;
  readonly #store: Store;
  readonly #random: Random;
  readonly #queue: FaultyQueue;
  readonly #workers: SimulatedWorkers;
  readonly #client: SimulatedClient;
  readonly #nodes: SimulatedNode[] = [];
  readonly #dead: SimulatedNode[] = [];
  readonly #started = new Map<string, string[]>();
  readonly #instances: { readonly id: string; readonly process: string }[] = [];
  readonly #bells: string[] = [];
  readonly #paid = new Set<string>();
  readonly #moves = new Set<string>();
  readonly #moved = new Set<string>();
  readonly #called = new Set<string>();
  readonly #unexpected: string[] = [];
  /** In the end the jobs of type `outside` are done by those alone whom the queue tells of them. */
  readonly #queueAlone: boolean;
  #weather: Weather = calm;
  #isCalm = false;
  #rings = 0;
  #count = 0;

  constructor(
    store: Store,
    clock: FakeClock,
    readonly context: RequestContext,
    dice: number,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#random = randomOf(dice);
    this.#queueAlone = this.#random.oneIn(2);
    this.#queue = new FaultyQueue(this.#random);
    this.#workers = new SimulatedWorkers(context, this.#random, this.#queue);
    this.#client = new SimulatedClient({ clock, context, node: () => this.#anyNode() });
  }

  /** Plays the steps, ends all faults, and drains. @throws AssertionError for what must not happen */
  async play(steps: readonly Step[]): Promise<Played> {
    try {
      for (let node = 0; node < nodes; node++) this.#nodes.push(this.#newNode());
      const [first] = this.#nodes as [SimulatedNode];
      const resources = Object.entries(models).map(([name, model]) => ({
        name: `${name}.bpmn`,
        content: model.toXml(),
      }));
      assert.ok((await first.runtime.deploy(this.context, { resources })).ok);
      for (let bell = 0; bell < bells; bell++) await this.#start('bell', { rings: 0 });
      for (const [kind, what, turns] of steps) {
        this.#act(kind, what);
        if (turns === 3) await this.#settle();
        else for (let turn = 0; turn < turns; turn++) await nextTurn();
        this.#assertNoFault();
      }
      await this.#drain();
      return {
        client: this.#client,
        started: this.#started,
        bells: this.#bells,
        rings: this.#rings,
        moved: this.#moved,
        called: this.#called,
        deaths: this.#dead.length,
      };
    } finally {
      await this.#close();
    }
  }

  #act(kind: number, what: number): void {
    const done: unknown = this.#actions[nameOf(kind)](what);
    if (done instanceof Promise) done.catch((error: unknown) => this.#client.faults.push(error));
  }

  readonly #actions: Readonly<Record<ActionName, (what: number) => unknown>> = {
    order: () => this.#start('order', { effects: 0 }),
    ticker: () => this.#start('ticker', { ticks: 0 }),
    moved: () => this.#start('moved', { effects: 0 }),
    begin: (what) => this.#publish('begin', this.#keyToBegin(what), 1 + (what % 3)),
    pay: (what) => this.#pay(what),
    completeTask: (what) => this.#completeTask(what),
    ring: (what) => this.#ring(1 + (what % 3)),
    take: () => this.#withNode((runtime) => this.#workers.take(runtime)),
    takeQueued: () => this.#withNode((runtime) => this.#workers.takeQueued(runtime, true)),
    report: () => this.#withNode((runtime) => this.#workers.report(runtime, false)),
    move: (what) => this.#move(what),
    suspendOrResume: (what) => this.#suspendOrResume(what),
    passSome: (what) => this.#clock.advance(what % 50),
    pass: (what) => this.#clock.advance(what),
    passMuch: (what) => this.#clock.advance(3 * what),
    kill: (what) => this.#kill(what),
    revive: () => this.#revive(),
    weather: (what) => this.#setWeather(weathers[what % weathers.length] ?? calm),
    loseQueue: (what) => (what % 2 === 0 ? this.#queue.flush() : this.#queue.forgetSome()),
    queueAway: (what) => void (this.#queue.isAway = what % 2 === 0),
  };

  #kill(what: number): void {
    const node = this.#nodes[what % nodes];
    node?.kill((['now', 'before', 'after'] as const)[what % 3] ?? 'now');
  }

  async #start(process: string, variables: Record<string, number>): Promise<void> {
    const businessKey = `${process}-${this.#next()}`;
    if (process !== 'bell') this.#startedOf(process).push(businessKey);
    const answer = await this.#client.send(
      {
        name: 'start',
        key: `start-${businessKey}`,
        do: (runtime, context) =>
          runtime.startProcessInstance(context, {
            bpmnProcessId: process,
            businessKey,
            variables: { ...variables, order: businessKey },
          }),
      },
      process === 'bell' ? 1 : this.#copies(),
    );
    assert.ok(answer.ok, JSON.stringify(answer));
    const { processInstanceId: id } = answer.value as { processInstanceId: string };
    if (process === 'bell') this.#bells.push(id);
    else this.#instances.push({ id, process });
  }

  /** With the key of an order that there is, or will be: before, while and after it waits. */
  #pay(what: number): Promise<unknown> {
    const orders = this.#startedOf('order');
    const order = orders[what % (orders.length + 1)] ?? `order-${this.#count + 1}`;
    return this.#publish('paid', order, 1 + (what % 3));
  }

  async #publish(name: 'paid' | 'begin', correlationKey: string, times: number): Promise<void> {
    if (name === 'paid') this.#paid.add(correlationKey);
    const message = { name, correlationKey, messageId: `${name}-${correlationKey}`, timeToLiveMs: hour };
    await Promise.all(
      Array.from({ length: times }, () =>
        this.#client.send({
          name: 'publish',
          key: `publish-${this.#next()}`,
          do: (runtime, context) => runtime.publishMessage(context, message),
        }),
      ),
    );
  }

  /** A new one, or one that there is: its message comes again. */
  #keyToBegin(what: number): string {
    const keys = this.#startedOf('begun');
    const key = keys[what % (keys.length + 1)];
    if (key !== undefined) return key;
    const fresh = `begun-${this.#next()}`;
    keys.push(fresh);
    return fresh;
  }

  async #ring(copies: number): Promise<void> {
    this.#rings += 1;
    const command = {
      name: 'signal',
      key: `ring-${this.#rings}`,
      do: (runtime: Runtime, context: RequestContext) => runtime.broadcastSignal(context, { name: 'ring' }),
    };
    await this.#client.send(command, copies);
  }

  async #completeTask(what: number): Promise<void> {
    const tasks = await this.#openTasks();
    const task = tasks[what % (tasks.length || 1)];
    if (task) await this.#complete(task);
  }

  async #complete(userTaskId: string): Promise<void> {
    const command = {
      name: 'complete-task',
      key: `complete-${userTaskId}-${this.#next()}`,
      do: (runtime: Runtime, context: RequestContext) => runtime.completeUserTask(context, userTaskId, {}),
    };
    const answer = await this.#client.send(command, this.#copies());
    const isKnown = answer.ok || ['suspended', 'not-found', 'invalid-state'].includes(answer.code);
    assert.ok(isKnown, JSON.stringify(answer));
  }

  async #openTasks(): Promise<readonly string[]> {
    const request = {
      filter: { state: { $eq: 'created' }, elementId: { $in: ['approve', 'here', 'there'] } },
      sort: [],
      page: { limit: 1_000 },
    };
    const { items } = await this.#store.queries.searchUserTasks(this.context.tenantId, request);
    return items.map(({ userTaskId }) => userTaskId);
  }

  /** Gives an instance a second token, once. */
  async #move(what: number): Promise<void> {
    const all = this.#instances.filter(({ id, process }) => process === 'moved' && !this.#moves.has(id));
    const instance = all[what % (all.length || 1)];
    if (!instance) return;
    const { id } = instance;
    this.#moves.add(id);
    const input = { activate: [{ elementId: 'there' }] };
    const command = {
      name: 'modify',
      key: `modify-${id}`,
      do: (runtime: Runtime, context: RequestContext) => runtime.modifyProcessInstance(context, id, input),
    };
    if ((await this.#client.send(command, this.#copies())).ok) this.#moved.add(id);
  }

  async #suspendOrResume(what: number): Promise<void> {
    const instance = this.#instances[(what >> 1) % (this.#instances.length || 1)];
    if (!instance) return;
    await this.#setSuspended(instance.id, what % 2 === 0);
  }

  async #setSuspended(id: string, isSuspended: boolean): Promise<void> {
    const name = isSuspended ? 'suspend' : 'resume';
    const answer = await this.#client.send({
      name,
      key: `${name}-${id}-${this.#next()}`,
      do: (runtime, context) =>
        isSuspended
          ? runtime.suspendProcessInstance(context, id)
          : runtime.resumeProcessInstance(context, id),
    });
    assert.ok(answer.ok || answer.code === 'invalid-state', JSON.stringify(answer));
  }

  /** Of this node's handler: sometimes it hangs, sometimes it fails. */
  #handler(): JobHandler {
    return async ({ jobId }) => {
      this.#called.add(jobId);
      if (this.#isCalm) return {};
      if (this.#random.oneIn(6)) throw new Error(`a handler fails ${onPurpose}`);
      if (this.#random.oneIn(5)) {
        const until = this.#clock.now() + this.#random.pick(6_000);
        await new Promise<void>((resolve) => void this.#clock.setTimer(until, resolve));
      }
      return {};
    };
  }

  #newNode(): SimulatedNode {
    const node = new SimulatedNode({
      store: this.#store,
      clock: this.#clock,
      logger: createLogger({ level: 'error' }, { write: (line) => this.#logged(line) }),
      random: this.#random,
      queue: this.#queue,
      context: this.context,
      worker: `node-${this.#next()}`,
      handler: this.#handler(),
    });
    node.weather = this.#weather;
    return node;
  }

  /** Only what was made to fail may be told as an error. */
  #logged(line: string): void {
    const isMeant = line.includes(onPurpose) || /the (queue|answer of the queue) is (away|lost)/.test(line);
    if (!isMeant) this.#unexpected.push(line);
  }

  #revive(): void {
    for (const [index, node] of this.#nodes.entries()) {
      if (!node.isDead) continue;
      this.#dead.push(node);
      // Ids of different servers are in order from one millisecond to the next.
      this.#clock.advance(1);
      this.#nodes[index] = this.#newNode();
      void node.stop();
    }
  }

  #setWeather(weather: Weather): void {
    this.#weather = weather;
    for (const node of this.#nodes) node.weather = weather;
  }

  #anyNode(): Runtime | undefined {
    const alive = this.#nodes.filter(({ isDead }) => !isDead);
    return alive[this.#random.pick(alive.length)]?.runtime;
  }

  async #withNode(work: (runtime: Runtime) => Promise<unknown>): Promise<void> {
    const runtime = this.#anyNode();
    if (runtime) await work(runtime);
  }

  #copies(): number {
    return this.#random.oneIn(3) ? 2 + this.#random.pick(2) : 1;
  }

  #startedOf(process: string): string[] {
    const keys = this.#started.get(process) ?? [];
    this.#started.set(process, keys);
    return keys;
  }

  #next(): number {
    return (this.#count += 1);
  }

  /** Until every node has nothing more to do before its clock goes on. */
  async #settle(): Promise<void> {
    const giveUpAt = performance.now() + busyMaxMs;
    for (let quiet = 0; quiet < quietTurns;) {
      await nextTurn();
      const isBusy = this.#nodes.some(({ underWay }) => underWay > 0);
      quiet = isBusy ? 0 : quiet + 1;
      assert.ok(performance.now() < giveUpAt, 'Expected the nodes to come to rest while time stands still.');
    }
  }

  /** Everything is well again: within a bounded time all that was begun comes to its end. */
  async #drain(): Promise<void> {
    this.#isCalm = true;
    this.#setWeather(calm);
    this.#queue.isAway = false;
    this.#queue.isCalm = true;
    const until = this.#clock.now() + drainMaxMs;
    for (let round = 0; ; round++) {
      this.#revive();
      await this.#settle();
      this.#assertNoFault();
      if (await this.#isDone()) return;
      assert.ok(this.#clock.now() < until, `Expected all to end but found ${await this.#left()}`);
      await this.#lendAHand(round);
      await this.#settle();
      this.#clock.advance(drainStepMs);
    }
  }

  /** What people and workers do until everything has ended. */
  async #lendAHand(round: number): Promise<void> {
    const { queries } = this.#store;
    const { tenantId } = this.context;
    const page = { limit: 1_000 };
    const sort = [] as const;
    const push = (work: Promise<unknown>): void =>
      void work.catch((error: unknown) => this.#client.faults.push(error));
    if (this.#client.open === 0) {
      const suspended = await queries.searchProcessInstances(tenantId, {
        filter: { suspended: { $eq: true } },
        sort,
        page,
      });
      for (const { processInstanceId } of suspended.items) push(this.#setSuspended(processInstanceId, false));
      const incidents = await queries.searchIncidents(tenantId, {
        filter: { resolvedAt: { $exists: false } },
        sort,
        page,
      });
      for (const { incidentId } of incidents.items) push(this.#resolve(incidentId));
      for (const task of await this.#openTasks()) push(this.#complete(task));
      for (const order of this.#startedOf('order'))
        if (!this.#paid.has(order)) push(this.#publish('paid', order, 1));
    }
    if (!this.#queueAlone || round < 2) await this.#withNode((runtime) => this.#workers.take(runtime));
    for (let entries = this.#queue.entries.size; entries > 0; entries--)
      await this.#withNode((runtime) => this.#workers.takeQueued(runtime, false));
    while (this.#workers.hold > 0) await this.#withNode((runtime) => this.#workers.report(runtime, true));
  }

  async #resolve(incidentId: string): Promise<void> {
    const answer = await this.#client.send({
      name: 'resolve',
      key: `resolve-${incidentId}-${this.#next()}`,
      do: (runtime, context) => runtime.resolveIncident(context, incidentId),
    });
    const isKnown = answer.ok || ['invalid-state', 'suspended', 'not-found'].includes(answer.code);
    assert.ok(isKnown, JSON.stringify(answer));
  }

  /** Only those are active that are meant to stay, no request is open, nothing is on its way. */
  async #isDone(): Promise<boolean> {
    if (this.#client.open > 0) return false;
    if ((await this.#active()).length > 0) return false;
    return (await this.#store.queries.pendingDeliveries(1)).length === 0;
  }

  async #active(): Promise<readonly string[]> {
    const { items } = await this.#store.queries.searchProcessInstances(this.context.tenantId, {
      filter: {
        state: { $eq: 'active' },
        bpmnProcessId: { $in: ['order', 'pack', 'ledger', 'ticker', 'moved'] },
      },
      sort: [],
      page: { limit: 1_000 },
    });
    return items.map(({ processInstanceId }) => processInstanceId);
  }

  async #left(): Promise<string> {
    const { queries } = this.#store;
    const request = { filter: {}, sort: [], page: { limit: 50 } };
    const { tenantId } = this.context;
    const left = {
      active: await this.#active(),
      open: this.#client.log.filter(({ answer }) => answer === undefined).map(({ key }) => key),
      jobs: (await queries.searchJobs(tenantId, request)).items,
      incidents: (await queries.searchIncidents(tenantId, request)).items,
      deliveries: await queries.pendingDeliveries(50),
    };
    return JSON.stringify(left);
  }

  #assertNoFault(): void {
    const [fault] = this.#client.faults;
    if (fault !== undefined) throw fault instanceof Error ? fault : new Error(String(fault));
    assert.deepEqual(this.#unexpected, [], 'Expected no error in the log but those on purpose.');
  }

  async #close(): Promise<void> {
    for (const node of this.#nodes) node.kill('now');
    const all = [...this.#nodes, ...this.#dead];
    let left = all.length;
    for (const node of all) void node.stop().finally(() => (left -= 1));
    const giveUpAt = performance.now() + busyMaxMs;
    // Drivers wait for their handlers by the clock.
    for (; left > 0 && performance.now() < giveUpAt; await nextTurn()) this.#clock.advance(100);
    assert.equal(left, 0, 'Expected every node to stop.');
  }
}
