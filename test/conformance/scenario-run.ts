import assert from 'node:assert/strict';
import { basename } from 'node:path';
import type { Observation } from './coverage/coverage.js';
import type { Expectation, Scenario, ScenarioStep, Start, WorkerAnswer } from './scenario.js';
import { modelText, ofRun } from './scenario.js';

/** The server under test, seen from outside. */
export interface Server {
  /** Sends JSON and answers status and body. */
  request(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: Body }>;
  /** Resolves when nothing is under way inside. */
  atRest(): Promise<void>;
  /** Its only clock, which stands still otherwise. */
  readonly clock: { advanceAsync(ms: number): Promise<void> };
  /** Stops it and starts it again; what it had not stored is gone. */
  restart(): Promise<void>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are looked at as a client would, field by field
type Body = any;

interface Instance {
  readonly processInstanceId: string;
  readonly bpmnProcessId: string;
  readonly parentProcessInstanceId?: string;
  readonly state: string;
}

interface ElementInstance {
  readonly elementInstanceId: string;
  readonly elementId: string;
  readonly elementType: string;
  readonly state: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly incidentId?: string;
}

interface HeldJob {
  readonly jobId: string;
  readonly type: string;
  readonly elementId: string;
  readonly fence: number;
}

const WAITING_TYPES = new Set([
  'task',
  'userTask',
  'serviceTask',
  'sendTask',
  'receiveTask',
  'scriptTask',
  'businessRuleTask',
  'manualTask',
  'intermediateCatchEvent',
  'eventBasedGateway',
]);

/** A field that has no value may be null or absent. */
function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** What holds the iterations of an activity is no instance of it. */
function isBody({ elementType }: ElementInstance): boolean {
  return /multiInstance|loop/i.test(elementType);
}

let runs = 0;

/** Does what a scenario says to a server, over REST alone, and checks what it expects. */
export class ScenarioRun {
  private readonly run = `_r${process.pid}x${++runs}`;
  private readonly processes = new Set<string>();
  private readonly held: HeldJob[] = [];
  private readonly served = new Map<string, number>();
  /** Ids of process and element instances that were active when the server was started again. */
  private readonly restarted = new Set<string>();

  private readonly scenario: Scenario;

  constructor(
    private readonly server: Server,
    scenario: Scenario,
  ) {
    // A global task, whose id is that of a process too, is `id__RUN__` in the model and in the scenario.
    this.scenario = JSON.parse(JSON.stringify(scenario).replaceAll('__RUN__', this.run)) as Scenario;
  }

  /** Deploys the models; answers the deployment's status and body. */
  async deploy(): Promise<{ readonly status: number; readonly body: Body }> {
    const { model } = this.scenario;
    return this.deployModels(typeof model === 'string' ? [model] : model);
  }

  /** With `restarting`, the server is stopped and started again wherever it has come to rest: nothing may come out otherwise. */
  async play({ restarting = false } = {}): Promise<void> {
    const { start, steps = [], expect } = this.scenario;
    if (start) await this.start(start);
    await this.settle();
    for (const [index, step] of steps.entries()) {
      if (restarting) await this.restart();
      await this.take(step, `step ${index + 1}`);
      await this.settle();
    }
    if (restarting) await this.restart();
    if (expect) await this.check(expect, 'at the end');
  }

  /** What has become of every process and element instance; a process is listed under its own id. */
  async observe(): Promise<readonly Observation[]> {
    const seen: Observation[] = [];
    for (const { processInstanceId, bpmnProcessId: ofRun, state } of await this.instances()) {
      const bpmnProcessId = ofRun.slice(0, -this.run.length);
      const observation = (elementId: string, id: string, now: string): Observation => ({
        bpmnProcessId,
        elementId,
        state: now === 'active' || now === 'completed' ? now : 'canceled',
        wasRestarted: this.restarted.has(id),
      });
      seen.push(observation(bpmnProcessId, processInstanceId, state));
      for (const item of await this.elementInstancesOf(processInstanceId)) {
        seen.push(observation(item.elementId, item.elementInstanceId, item.state));
      }
    }
    return seen;
  }

  private async take(step: ScenarioStep, where: string): Promise<void> {
    const { nth = 0, variables } = step;
    if (step.expect) return this.check(step.expect, where);
    if (step.start) return this.start(step.start);
    if (step.restart) return this.restart();
    if (step.suspend) return this.ok('POST', `/v1/process-instances/${await this.rootId()}/suspend`);
    if (step.resume) return this.ok('POST', `/v1/process-instances/${await this.rootId()}/resume`);
    if (step.advanceMs !== undefined) return this.server.clock.advanceAsync(step.advanceMs);
    if (step.deploy !== undefined) {
      const { status, body } = await this.deployModels([step.deploy]);
      return assert.equal(status, 201, JSON.stringify(body));
    }
    if (step.completeTask !== undefined) {
      const task = await this.userTask(step.completeTask, nth);
      return this.ok('POST', `/v1/user-tasks/${task}/complete`, { variables });
    }
    if (step.completeJob !== undefined) {
      const job = await this.job(step.completeJob, nth);
      await this.ok('POST', `/v1/jobs/${job.jobId}/complete`, { variables, fence: job.fence });
      return this.count(job.type);
    }
    if (step.throwError !== undefined) return this.throwError(step.throwError, nth, step);
    if (step.escalate !== undefined) return this.escalate(step.escalate, nth, step);
    if (step.fireTimer !== undefined) return this.fireTimer(step.fireTimer, nth);
    if (step.resolveIncident !== undefined) return this.resolveIncident(step.resolveIncident, nth);
    if (step.message !== undefined) return this.message(step.message, step);
    if (step.signal !== undefined) {
      return this.ok('POST', '/v1/signals', { name: this.named(step.signal), variables });
    }
    if (step.evaluateConditions !== undefined) {
      const bpmnProcessId = this.named(step.evaluateConditions);
      return this.ok('POST', '/v1/conditions/evaluate', { bpmnProcessId, variables });
    }
    if (step.activate !== undefined) return this.activateElements(step.activate, nth, step);
    if (step.setVariables) {
      return this.ok('PATCH', `/v1/process-instances/${await this.rootId()}/variables`, {
        variables: step.setVariables,
      });
    }
    throw new Error(`${where}: the step says nothing that this runner knows: ${JSON.stringify(step)}`);
  }

  private async restart(): Promise<void> {
    for (const { processInstanceId, state } of await this.instances()) {
      if (state === 'active') this.restarted.add(processInstanceId);
    }
    for (const { elementInstanceId, state } of await this.elementInstances()) {
      if (state === 'active') this.restarted.add(elementInstanceId);
    }
    await this.server.restart();
  }

  private named(name: string): string {
    return `${name}${this.run}`;
  }

  private async deployModels(models: readonly string[]) {
    const resources = models.map((path) => ({
      name: basename(path),
      content: ofRun(modelText(path), this.run),
    }));
    const answer = await this.server.request('POST', '/v1/deployments', { resources });
    for (const { bpmnProcessId } of answer.body.processDefinitions ?? []) this.processes.add(bpmnProcessId);
    return answer;
  }

  private async ok(method: string, path: string, body?: unknown): Promise<void> {
    const answer = await this.server.request(method, path, body);
    assert.ok(
      answer.status < 300,
      `${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`,
    );
  }

  private start({ process, variables }: Start): Promise<void> {
    return this.ok('POST', '/v1/process-instances', { bpmnProcessId: this.named(process), variables });
  }

  /** Lets the workers answer until neither they nor the engine have anything to do. */
  private async settle(): Promise<void> {
    for (;;) {
      await this.server.atRest();
      let answered = 0;
      for (const type of Object.keys(this.scenario.workers ?? {})) answered += await this.serve(type);
      if (answered === 0) return;
    }
  }

  private async serve(type: string): Promise<number> {
    const jobs = await this.activate(this.named(type), 1);
    for (const job of jobs) {
      const answer = this.answerOf(type);
      this.count(job.type);
      const path = `/v1/jobs/${job.jobId}`;
      const { fence } = job;
      if (answer.error !== undefined)
        await this.ok('POST', `${path}/error`, { errorCode: answer.error, fence });
      else if (answer.fail !== undefined) {
        await this.ok('POST', `${path}/fail`, { retries: 0, errorMessage: answer.fail, fence });
      } else await this.ok('POST', `${path}/complete`, { variables: answer.variables, fence });
    }
    return jobs.length;
  }

  private answerOf(type: string): WorkerAnswer {
    const given = this.scenario.workers?.[type] ?? {};
    const answers: readonly WorkerAnswer[] = Array.isArray(given) ? given : [given as WorkerAnswer];
    const turn = this.served.get(this.named(type)) ?? 0;
    return answers[Math.min(turn, answers.length - 1)] ?? {};
  }

  private count(type: string): void {
    this.served.set(type, (this.served.get(type) ?? 0) + 1);
  }

  private async activate(type: string, maxJobs: number): Promise<readonly HeldJob[]> {
    const answer = await this.server.request('POST', '/v1/jobs/activate', {
      type,
      worker: 'conformance',
      maxJobs,
      timeoutMs: 3_600_000,
    });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body.jobs;
  }

  private async search<T>(what: string, filter: object): Promise<readonly T[]> {
    const answer = await this.server.request('POST', `/v1/${what}/search`, { filter, page: { limit: 1000 } });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body.items;
  }

  /** All instances of the scenario, the oldest first. Their ids rise with time. */
  private async instances(): Promise<readonly Instance[]> {
    const found = await this.search<Instance>('process-instances', {
      bpmnProcessId: { $in: [...this.processes] },
    });
    return [...found].sort((a, b) => (a.processInstanceId < b.processInstanceId ? -1 : 1));
  }

  private async roots(): Promise<readonly Instance[]> {
    return (await this.instances()).filter(
      ({ parentProcessInstanceId }) => !isGiven(parentProcessInstanceId),
    );
  }

  private async rootId(): Promise<string> {
    const [root] = await this.roots();
    assert.ok(root, 'Expected a process instance.');
    return root.processInstanceId;
  }

  private async elementInstances(): Promise<readonly ElementInstance[]> {
    const all: ElementInstance[] = [];
    for (const { processInstanceId } of await this.instances()) {
      all.push(...(await this.elementInstancesOf(processInstanceId)));
    }
    return all;
  }

  private async elementInstancesOf(processInstanceId: string): Promise<readonly ElementInstance[]> {
    const path = `/v1/process-instances/${processInstanceId}/element-instances?limit=1000`;
    const answer = await this.server.request('GET', path);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body.items;
  }

  private async active(elementId: string, nth: number): Promise<ElementInstance> {
    const found = (await this.elementInstances()).filter(
      (item) => item.elementId === elementId && item.state === 'active' && !isBody(item),
    );
    const chosen = found[nth];
    assert.ok(
      chosen,
      `Expected at least ${nth + 1} active instances of ${elementId} but found ${found.length}.`,
    );
    return chosen;
  }

  private async userTask(elementId: string, nth: number): Promise<string> {
    const { elementInstanceId } = await this.active(elementId, nth);
    const tasks = await this.search<{ userTaskId: string; elementInstanceId: string }>('user-tasks', {
      elementId,
    });
    const task = tasks.find((candidate) => candidate.elementInstanceId === elementInstanceId);
    assert.ok(task, `Expected a user task for ${elementId}.`);
    return task.userTaskId;
  }

  private async job(elementId: string, nth: number): Promise<HeldJob> {
    const { elementInstanceId } = await this.active(elementId, nth);
    const rows = await this.search<{ jobId: string; type: string; elementInstanceId: string }>('jobs', {
      elementId,
    });
    const row = rows.find((candidate) => candidate.elementInstanceId === elementInstanceId);
    assert.ok(row, `Expected a job for ${elementId}.`);
    if (!this.held.some(({ jobId }) => jobId === row.jobId))
      this.held.push(...(await this.activate(row.type, 1000)));
    const held = this.held.find(({ jobId }) => jobId === row.jobId);
    assert.ok(held, `Expected to activate the job of ${elementId}.`);
    return held;
  }

  /** The element instances that wait for a job. */
  private async working(): Promise<ReadonlySet<string>> {
    const filter = { bpmnProcessId: { $in: [...this.processes] } };
    const jobs = await this.search<{ elementInstanceId: string }>('jobs', filter);
    return new Set(jobs.map(({ elementInstanceId }) => elementInstanceId));
  }

  private async throwError(elementId: string, nth: number, step: ScenarioStep): Promise<void> {
    const body = { errorCode: step.errorCode, variables: step.variables };
    const { elementType } = await this.active(elementId, nth);
    if (elementType === 'userTask') {
      return this.ok('POST', `/v1/user-tasks/${await this.userTask(elementId, nth)}/error`, body);
    }
    const job = await this.job(elementId, nth);
    await this.ok('POST', `/v1/jobs/${job.jobId}/error`, { ...body, fence: job.fence });
    this.count(job.type);
  }

  private async escalate(elementId: string, nth: number, step: ScenarioStep): Promise<void> {
    const body = { escalationCode: step.escalationCode, variables: step.variables };
    const { elementType } = await this.active(elementId, nth);
    if (elementType === 'userTask') {
      return this.ok('POST', `/v1/user-tasks/${await this.userTask(elementId, nth)}/escalation`, body);
    }
    const { jobId, fence } = await this.job(elementId, nth);
    await this.ok('POST', `/v1/jobs/${jobId}/escalation`, { ...body, fence });
  }

  private async timers() {
    const all: { timerId: string; elementId: string; processInstanceId: string }[] = [];
    for (const { processInstanceId } of await this.instances()) {
      const answer = await this.server.request('GET', `/v1/process-instances/${processInstanceId}/timers`);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      for (const timer of answer.body.items) all.push({ ...timer, processInstanceId });
    }
    return all;
  }

  private async fireTimer(elementId: string, nth: number): Promise<void> {
    const timer = (await this.timers()).filter((candidate) => candidate.elementId === elementId)[nth];
    assert.ok(timer, `Expected a timer at ${elementId}.`);
    await this.ok('POST', `/v1/process-instances/${timer.processInstanceId}/timers/${timer.timerId}/trigger`);
  }

  private async activateElements(adHoc: string, nth: number, step: ScenarioStep): Promise<void> {
    const { elementInstanceId } = await this.active(adHoc, nth);
    const path = `/v1/element-instances/${elementInstanceId}/activate`;
    const { elementIds, variables, status = 204 } = step;
    const answer = await this.server.request('POST', path, { elementIds, variables });
    assert.equal(answer.status, status, JSON.stringify(answer.body));
  }

  private async resolveIncident(elementId: string, nth: number): Promise<void> {
    const found = (await this.elementInstances()).filter(
      (item) => item.elementId === elementId && isGiven(item.incidentId),
    );
    const chosen = found[nth];
    assert.ok(chosen, `Expected an incident at ${elementId}.`);
    await this.ok('POST', `/v1/incidents/${chosen.incidentId}/resolve`);
  }

  private async message(name: string, step: ScenarioStep): Promise<void> {
    const { correlationKey, timeToLiveMs, messageId, variables, status } = step;
    const body = { name: this.named(name), correlationKey, timeToLiveMs, messageId, variables };
    const answer = await this.server.request('POST', '/v1/messages', body);
    const expected =
      status === undefined ? answer.status < 300 || answer.status === 404 : answer.status === status;
    assert.ok(expected, `Message ${name} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }

  private async check(expected: Expectation, where: string): Promise<void> {
    const elements = await this.elementInstances();
    const instances = await this.instances();
    const roots = await this.roots();
    const history = elements
      .filter((item) => !isBody(item))
      .map(({ elementId, state, incidentId }) => `${elementId}:${state}${!isGiven(incidentId) ? '' : '!'}`);
    const say = (what: string) => `${where}: ${what}; element instances: ${history.join(' ')}`;
    const counted = (id: string, state: string) =>
      elements.filter((item) => item.elementId === id && item.state === state && !isBody(item)).length;

    if (expected.state !== undefined) {
      const allowed = typeof expected.state === 'string' ? [expected.state] : expected.state;
      for (const { state } of roots)
        assert.ok(allowed.includes(state), say(`expected ${allowed} but found ${state}`));
      assert.ok(roots.length > 0, say('expected an instance'));
    }
    if (expected.states)
      assert.deepEqual(roots.map(({ state }) => state).sort(), [...expected.states].sort(), say('states'));
    for (const state of ['completed', 'canceled'] as const) {
      for (const [id, count] of Object.entries(expected[state] ?? {})) {
        assert.equal(counted(id, state), count, say(`${state} instances of ${id}`));
      }
    }
    if (expected.active) {
      const working = await this.working();
      const active = elements.filter(
        (item) =>
          item.state === 'active' &&
          !isBody(item) &&
          (WAITING_TYPES.has(item.elementType) ||
            working.has(item.elementInstanceId) ||
            isGiven(item.incidentId)),
      );
      assert.deepEqual(
        active.map(({ elementId }) => elementId).sort(),
        [...expected.active].sort(),
        say('active'),
      );
    }
    if (expected.incidents) {
      const found = elements
        .filter(({ incidentId }) => isGiven(incidentId))
        .map(({ elementId }) => elementId);
      assert.deepEqual(found.sort(), [...expected.incidents].sort(), say('incidents'));
    }
    if (expected.instances !== undefined)
      assert.equal(instances.length, expected.instances, say('instances'));
    if (expected.timers) {
      const found = (await this.timers()).map(({ elementId }) => elementId);
      assert.deepEqual(found.sort(), [...expected.timers].sort(), say('timers'));
    }
    for (const [type, count] of Object.entries(expected.served ?? {})) {
      assert.equal(this.served.get(this.named(type)) ?? 0, count, say(`jobs of type ${type} served`));
    }
    for (const [first, second] of expected.order ?? []) this.checkOrder(elements, first, second, say);
    const root = roots[0];
    if (expected.variables) await this.checkVariables(root, expected.variables, say);
    if (expected.absent) {
      const found = await this.variables(root);
      for (const name of expected.absent)
        assert.equal(found[name] ?? null, null, say(`variable ${name} must be absent`));
    }
    for (const [process, variables] of Object.entries(expected.variablesOf ?? {})) {
      const instance = instances.find(({ bpmnProcessId }) => bpmnProcessId === this.named(process));
      await this.checkVariables(instance, variables, say);
    }
  }

  private checkOrder(
    elements: readonly ElementInstance[],
    first: string,
    second: string,
    say: (what: string) => string,
  ): void {
    const ended = elements.filter((item) => item.elementId === first && item.state === 'completed').at(-1);
    const started = elements.find((item) => item.elementId === second);
    assert.ok(
      ended?.endedAt && started && ended.endedAt <= started.startedAt,
      say(`${first} must complete before ${second}`),
    );
  }

  private async checkVariables(
    instance: Instance | undefined,
    expected: Readonly<Record<string, unknown>>,
    say: (what: string) => string,
  ): Promise<void> {
    const found = await this.variables(instance);
    for (const [name, value] of Object.entries(expected)) {
      assert.deepEqual(found[name] ?? null, value, say(`variable ${name}`));
    }
  }

  private async variables(instance: Instance | undefined): Promise<Record<string, unknown>> {
    assert.ok(instance, 'Expected a process instance to read variables of.');
    const answer = await this.server.request(
      'GET',
      `/v1/process-instances/${instance.processInstanceId}/variables`,
    );
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body.variables ?? answer.body;
  }
}
