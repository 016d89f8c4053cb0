import assert from 'node:assert/strict';
import type { Outcome } from '../../src/runtime/outcome.js';
import type { Runtime } from '../../src/runtime/runtime.js';
import type { Random } from '../fuzz/random.js';
import { context } from './contest.js';
import type { ContestLog } from './contest-log.js';

/** How a command of these may end that was not done: somebody else was first. */
const lostRace = /^(invalid-state|not-found|job-not-held|idempotency-key-in-flight)$/;
/** Message ids of one instance come again and again. */
const messagesEach = 50;

/** One of many who want the same. Each command goes to two nodes at once: what can be done once is done by one of them. */
export class ContestClient {
  #count = 0;

  constructor(
    private readonly index: number,
    private readonly nodes: readonly Runtime[],
    private readonly log: ContestLog,
    private readonly random: Random,
  ) {}

  async run(mayGoOn: () => boolean): Promise<void> {
    const actions = [
      () => this.#completeTask(),
      () => this.#completeTask(),
      () => this.#completeJob(),
      () => this.#completeJob(),
      () => this.#publish(),
      () => this.#publish(),
      () => this.#setVariable(),
      () => this.#setVariable(),
      () => this.#ring(),
    ];
    // Each sends two commands, or counts what it sends by itself.
    while (mayGoOn() && mayGoOn()) await this.random.from(actions)();
  }

  async #completeTask(): Promise<void> {
    const at = this.random.pick(this.log.instances.length);
    const equal = (value: string | undefined) => ({ $eq: value ?? '' });
    const filter = {
      processInstanceId: equal(this.log.instances[at]),
      elementId: equal('task'),
      state: equal('created'),
    };
    const { items } = await this.#node().queries.searchUserTasks(context.tenantId, {
      ...{ filter, sort: [] },
      page: { limit: 1 },
    });
    const [task] = items;
    // Between two commits it is another one.
    if (task === undefined) return;
    const done = await this.#onAll((node) => node.completeUserTask(context, task.userTaskId, {}));
    if (this.#atMostOnce(done)) this.log.count(at, 'tasks');
  }

  async #completeJob(): Promise<void> {
    const worker = { type: 'contested', worker: `client-${this.index}`, maxJobs: 1, timeoutMs: 60_000 };
    const [job] = this.#good(await this.#node().activateJobs(context, worker));
    if (job === undefined) return;
    const { jobId, fence, processInstanceId } = job;
    const done = await this.#onAll((node) => node.completeJob(context, jobId, { fence }));
    assert.ok(this.#atMostOnce(done), 'Expected who holds a job to complete it.');
    this.log.count(this.log.instances.indexOf(processInstanceId), 'jobs');
  }

  async #publish(): Promise<void> {
    const at = this.random.pick(this.log.instances.length);
    const messageId = `m${this.random.pick(messagesEach)}`;
    const message = {
      name: 'tell',
      correlationKey: `instance-${at}`,
      messageId: `${messageId}-${at}`,
      timeToLiveMs: 3_600_000,
    };
    const done = await this.#onAll((node) => node.publishMessage(context, message));
    for (const outcome of done) assert.equal(this.#good(outcome).outcome, 'correlated');
    this.log.message(at, messageId);
  }

  /** Each client has variables of its own, so that what it was told last is what they are. */
  async #setVariable(): Promise<void> {
    const at = this.random.pick(this.log.instances.length);
    const name = `client${this.index}`;
    const value = (this.#count += 1);
    const id = this.log.instances[at] ?? '';
    const done = await this.#onAll((node) =>
      node.setVariables(context, id, { variables: { [name]: value } }),
    );
    for (const outcome of done) this.#good(outcome);
    this.log.variable(at, name, value);
  }

  /** Twice with one key: rung once. */
  async #ring(): Promise<void> {
    const key = `ring-${this.index}-${(this.#count += 1)}`;
    const asked = { ...context, idempotency: { operation: 'ring', key, fingerprint: 'ring' } };
    const done = await this.#onAll((node) => node.broadcastSignal(asked, { name: 'ring' }));
    const rung = done.filter((outcome) => outcome.ok && !outcome.replayed);
    assert.equal(rung.length, 1, 'Expected a key to be done once.');
    for (const outcome of done)
      if (outcome.ok) assert.equal(outcome.value.subscriptions, this.log.instances.length);
    this.log.rings += 1;
  }

  async #onAll<T>(command: (node: Runtime) => Promise<Outcome<T>>): Promise<readonly Outcome<T>[]> {
    this.log.commands += this.nodes.length;
    return Promise.all(this.nodes.map(command));
  }

  #atMostOnce(outcomes: readonly Outcome<unknown>[]): boolean {
    let done = 0;
    for (const outcome of outcomes) {
      if (outcome.ok) done += 1;
      else {
        assert.match(outcome.problem.code, lostRace, outcome.problem.detail);
        this.log.lost += 1;
      }
    }
    assert.ok(done <= 1, 'Expected what can be done once to be done once.');
    return done === 1;
  }

  #good<T>(outcome: Outcome<T>): T {
    assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.problem.code}: ${outcome.problem.detail}`);
    return outcome.value;
  }

  #node(): Runtime {
    return this.random.from(this.nodes);
  }
}
