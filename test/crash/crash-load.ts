import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../fuzz/random.js';
import type { Answer, CrashClient } from './crash-client.js';

const lookMs = 100;
const bells = 3;

/** What the load has come to, for the check at the end. */
export interface LoadSummary {
  /** Instances that must have completed, by process. */
  readonly ended: ReadonlyMap<string, readonly string[]>;
  readonly bells: readonly string[];
  /** How often the bells have been rung. */
  readonly rings: number;
  /** Keys of messages that each start one instance. */
  readonly begun: readonly string[];
  /** Business keys of starts that were sent once. */
  readonly lone: readonly string[];
}

/** Users, workers and other systems at once. Everybody asks until there is an answer, and ends what they have begun. */
export class CrashLoad {
  readonly #ended = new Map<string, string[]>();
  readonly #bells: string[] = [];
  readonly #begun: string[] = [];
  readonly #lone: string[] = [];
  readonly #stopWorker = new AbortController();
  #rings = 0;
  #count = 0;

  constructor(
    private readonly client: CrashClient,
    private readonly random: Random,
    private readonly clients: number,
  ) {}

  /** Begins nothing after `signal`; resolves when all that was begun has come to its end. */
  async run(signal: AbortSignal): Promise<LoadSummary> {
    for (let bell = 0; bell < bells; bell++) this.#bells.push(await this.#start('bell', { rings: 0 }));
    const worker = this.#workOutside();
    const users = Array.from({ length: this.clients }, async () => {
      while (!signal.aborted) await this.#journey();
    });
    const ringer = this.#ring(signal);
    const people = Promise.all([...users, ringer]).then(() => this.#stopWorker.abort());
    await Promise.all([people, worker]);
    return {
      ended: this.#ended,
      bells: this.#bells,
      rings: this.#rings,
      begun: this.#begun,
      lone: this.#lone,
    };
  }

  #journey(): Promise<void> {
    const journeys = [
      () => this.#order(),
      () => this.#order(),
      () => this.#order(),
      () => this.#ticker(),
      () => this.#moved(),
      () => this.#begin(),
      () => this.#loneStarts(),
    ];
    return this.random.from(journeys)();
  }

  async #order(): Promise<void> {
    const { random } = this;
    const order = `order-${(this.#count += 1)}`;
    const isEarly = random.oneIn(2);
    const id = await this.#start('order', { order, effects: 0 }, order);
    if (isEarly) await this.#pay(order);
    await this.#completeTask(id, 'approve');
    if (random.oneIn(3)) await this.#suspendAndResume(id);
    if (!isEarly) await this.#pay(order);
    await this.#completed('order', id);
  }

  /** Known by its messageId; half of them by a key as well. */
  async #pay(order: string): Promise<void> {
    const body = { name: 'paid', correlationKey: order, messageId: `paid-${order}`, timeToLiveMs: 3_600_000 };
    const key = this.random.oneIn(2) ? `pay-${order}` : undefined;
    const answer = await this.client.command('POST', '/v1/messages', body, key);
    assertAnswer(answer, 202);
    assert.match(String(answer.body['outcome']), /^(correlated|buffered)$/);
  }

  async #suspendAndResume(id: string): Promise<void> {
    const path = `/v1/process-instances/${id}`;
    const suspended = await this.client.command('POST', `${path}/suspend`, undefined, `suspend-${id}`);
    // It may have come to its end.
    if (suspended.status === 409) return;
    assertAnswer(suspended, 204);
    await sleep(this.random.pick(500));
    assertAnswer(await this.client.command('POST', `${path}/resume`, undefined, `resume-${id}`), 204);
  }

  async #ticker(): Promise<void> {
    await this.#completed('ticker', await this.#start('ticker', { ticks: 0 }));
  }

  /** A second token, which a modification that is done twice would double again. */
  async #moved(): Promise<void> {
    const id = await this.#start('moved', { effects: 0 });
    const body = { activate: [{ elementId: 'there' }] };
    const path = `/v1/process-instances/${id}/modify`;
    assertAnswer(await this.client.command('POST', path, body, `modify-${id}`), 200);
    await this.#completeTask(id, 'there');
    await this.#completeTask(id, 'here');
    await this.#completeTask(id, 'there');
    await this.#completed('moved', id);
  }

  async #begin(): Promise<void> {
    const key = `begin-${(this.#count += 1)}`;
    this.#begun.push(key);
    const body = { name: 'begin', correlationKey: key, messageId: key, timeToLiveMs: 3_600_000 };
    const answer = await this.client.command('POST', '/v1/messages', body);
    assertAnswer(answer, 202);
    assert.equal(answer.body['outcome'], 'started');
  }

  /** Sent once: what they have come to is asked at the end. */
  async #loneStarts(): Promise<void> {
    for (let start = 0; start < 5; start++) {
      const businessKey = `lone-${(this.#count += 1)}`;
      this.#lone.push(businessKey);
      const body = { bpmnProcessId: 'lone', businessKey };
      const answer = await this.client.attempt('POST', '/v1/process-instances', body, businessKey);
      if (answer !== undefined) assertAnswer(answer, 201);
    }
  }

  async #start(
    bpmnProcessId: string,
    variables: Record<string, unknown>,
    businessKey?: string,
  ): Promise<string> {
    const body = { bpmnProcessId, variables, ...(businessKey === undefined ? {} : { businessKey }) };
    const key = `start-${(this.#count += 1)}`;
    const answer = await this.client.command('POST', '/v1/process-instances', body, key);
    assertAnswer(answer, 201);
    return String(answer.body['processInstanceId']);
  }

  /** Completes the one open task of that element. */
  async #completeTask(processInstanceId: string, elementId: string): Promise<void> {
    const filter = { processInstanceId, elementId, state: 'created' };
    for (;;) {
      const [task] = await this.client.search('/v1/user-tasks/search', filter);
      if (task !== undefined) {
        const id = String(task['userTaskId']);
        const path = `/v1/user-tasks/${id}/complete`;
        assertAnswer(await this.client.command('POST', path, {}, `complete-${id}`), 204);
        return;
      }
      await this.#look();
    }
  }

  async #completed(bpmnProcessId: string, id: string): Promise<void> {
    for (;;) {
      const { state } = await this.client.read('GET', `/v1/process-instances/${id}`);
      if (state === 'completed') break;
      assert.equal(state, 'active');
      await this.#look();
    }
    const ended = this.#ended.get(bpmnProcessId) ?? [];
    this.#ended.set(bpmnProcessId, [...ended, id]);
  }

  async #ring(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#rings += 1;
      const answer = await this.client.command(
        'POST',
        '/v1/signals',
        { name: 'ring' },
        `ring-${this.#rings}`,
      );
      assertAnswer(answer, 202);
      await sleep(100 + this.random.pick(400));
    }
  }

  /** A worker in another language: takes jobs over REST; half of its reports have a key. */
  async #workOutside(): Promise<void> {
    while (!this.#stopWorker.signal.aborted) {
      const body = { type: 'outside', worker: 'rest', maxJobs: 5, timeoutMs: 2_000, requestTimeoutMs: 500 };
      const { jobs } = await this.client.read('POST', '/v1/jobs/activate', body);
      for (const { jobId, fence } of jobs as readonly { jobId: string; fence: number }[]) {
        const key = this.random.oneIn(2) ? `job-${jobId}-${fence}` : undefined;
        const path = `/v1/jobs/${jobId}/complete`;
        const answer = await this.client.command('POST', path, { fence }, key);
        // It was done before, or the lease is over and somebody has it: another report tells.
        const isLate = answer.status === 409 || answer.status === 404;
        if (!isLate) assertAnswer(answer, 204);
      }
    }
  }

  async #look(): Promise<void> {
    await sleep(lookMs);
    this.client.assertGoingOn();
  }
}

function assertAnswer(answer: Answer, status: number): void {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
}
