import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createHttpAdapter } from '../../src/adapters/http/http-adapter.js';
import { createInProcessJobDriver } from '../../src/jobs/in-process-job-driver.js';
import { registerHandlers } from '../../src/jobs/job-registration.js';
import { silentLogger } from '../../src/platform/logger.js';
import { allowUrl } from '../../src/platform/outbound-allow-list.js';
import { createOutboundHttp } from '../../src/platform/outbound-http.js';
import { createRuntime } from '../../src/runtime/create-runtime.js';
import type { Outcome } from '../../src/runtime/outcome.js';
import type { Queries } from '../../src/runtime/queries.js';
import type { RequestContext, Runtime } from '../../src/runtime/runtime.js';
import { openTestStore } from '../support/database.js';
import { FakeClock } from '../support/fake-clock.js';

const tenantId = 'default';
const context: RequestContext = { tenantId, actor: 'test' };
const page = { limit: 100 };
const longestWaitMs = 10_000;
/** The back-end outlives the servers of several tests. */
let applications = 0;

/** A server with the shipped journey, the real adapter and a real back-end, under a clock that the test moves. */
export interface OnboardingServer {
  readonly runtime: Runtime;
  readonly queries: Queries;
  readonly clock: FakeClock;
  /** Starts a journey; its application id is also its correlation key. */
  apply(email: string, applicationId?: string): Promise<Application>;
  stop(): Promise<void>;
}

export async function startOnboardingServer(backendUrl: string): Promise<OnboardingServer> {
  const clock = new FakeClock();
  const { store, close } = await openTestStore({ clock });
  const runtime = createRuntime({ store, clock, logger: silentLogger });
  const outbound = createOutboundHttp({ clock, allowList: [allowUrl(new URL(backendUrl))] });
  const driver = createInProcessJobDriver({
    source: runtime,
    registrations: registerHandlers([
      createHttpAdapter({
        outbound,
        clock,
        services: new Map([['backend', backendUrl]]),
        secrets: new Map(),
      }),
    ]),
    identity: { context: { tenantId, actor: 'worker' }, worker: 'test' },
    clock,
    logger: silentLogger,
    random: () => 0.5,
    pollMs: 86_400_000,
  });
  const name = 'customer-onboarding.bpmn';
  const content = await readFile(new URL(`../../processes/${name}`, import.meta.url), 'utf8');
  valueOf(await runtime.deploy(context, { resources: [{ name, content }] }));
  runtime.start();
  driver.start();
  return {
    runtime,
    queries: runtime.queries,
    clock,
    async apply(email, applicationId = `A-${++applications}`) {
      const variables = { applicationId, channel: 'mobile', applicant: { name: 'Ada "Ex" ample', email } };
      const { processInstanceId } = valueOf(
        await runtime.startProcessInstance(context, {
          bpmnProcessId: 'customer-onboarding',
          businessKey: applicationId,
          variables,
        }),
      );
      return new Application(runtime, clock, backendUrl, applicationId, processInstanceId);
    },
    async stop() {
      const stopped = driver.stop(1_000);
      await clock.advanceAsync(1_000);
      await stopped;
      await runtime.stop();
      await outbound.close();
      await close();
    },
  };
}

/** One journey, seen and moved as the channels do it. */
export class Application {
  constructor(
    private readonly runtime: Runtime,
    private readonly clock: FakeClock,
    private readonly backendUrl: string,
    readonly applicationId: string,
    readonly processInstanceId: string,
  ) {}

  /** Resolves when a token waits at the element. */
  async waitsAt(elementId: string): Promise<void> {
    await this.eventually(async () => {
      const { items } = await this.runtime.queries.elementInstances(tenantId, this.processInstanceId, page);
      const found = items.map((item) => `${item.elementId} ${item.state}`);
      assert(
        found.includes(`${elementId} active`),
        `expected a token at ${elementId} but found ${found.join(', ')}`,
      );
    });
  }

  /** Resolves when the journey has ended, with the end event that it reached. */
  async endedAt(): Promise<string> {
    const queries = this.runtime.queries;
    await this.eventually(async () => {
      const row = await queries.processInstance(tenantId, this.processInstanceId);
      assert.equal(row?.state.status, 'completed');
    });
    const { items } = await queries.elementInstances(tenantId, this.processInstanceId, page);
    const ends = items.filter(
      ({ elementType, state }) => elementType === 'endEvent' && state === 'completed',
    );
    return ends.at(-1)?.elementId ?? 'none';
  }

  async canceled(): Promise<readonly string[]> {
    const { items } = await this.runtime.queries.elementInstances(tenantId, this.processInstanceId, page);
    return items.filter(({ state }) => state === 'canceled').map(({ elementId }) => elementId);
  }

  async variables() {
    return valueOf(await this.runtime.variables(tenantId, this.processInstanceId));
  }

  async sendDocuments(timeToLiveMs?: number) {
    return this.publish('identity-documents-received', { documents: ['passport'] }, timeToLiveMs);
  }

  async withdraw() {
    return this.publish('application-withdrawn', {});
  }

  /** The review that waits. */
  async review() {
    await this.waitsAt('review_application');
    const { items } = await this.runtime.queries.searchUserTasks(tenantId, {
      filter: { processInstanceId: { $eq: this.processInstanceId }, state: { $eq: 'created' } },
      sort: [],
      page,
    });
    const [task] = items;
    assert(task !== undefined, 'expected a user task but found none');
    return task;
  }

  async decide(variables: { readonly approved?: boolean; readonly reviewComment?: string }): Promise<void> {
    const { userTaskId } = await this.review();
    valueOf(await this.runtime.completeUserTask(context, userTaskId, { variables }));
  }

  /** What the customer was told, in order. */
  async notifications(): Promise<readonly { readonly kind: string; readonly reason?: string }[]> {
    const response = await fetch(`${this.backendUrl}/notifications?applicationId=${this.applicationId}`);
    const { items } = (await response.json()) as { items: { kind: string; reason?: string }[] };
    return items.map(({ kind, reason }) => (reason === undefined ? { kind } : { kind, reason }));
  }

  async told(...kinds: readonly string[]): Promise<void> {
    await this.eventually(async () => {
      assert.deepEqual(
        (await this.notifications()).map(({ kind }) => kind),
        kinds,
      );
    });
  }

  async jobs() {
    const { items } = await this.runtime.queries.searchJobs(tenantId, this.#own());
    return items;
  }

  async incidents() {
    const { items } = await this.runtime.queries.searchIncidents(tenantId, this.#own());
    return items;
  }

  /** Resolves when so many incidents are open, with them. */
  async openIncidents(count: number) {
    const open = async () => (await this.incidents()).filter(({ resolvedAt }) => resolvedAt === undefined);
    await this.eventually(async () => assert.equal((await open()).length, count));
    return open();
  }

  async resolve(incidentId: string): Promise<void> {
    valueOf(await this.runtime.resolveIncident(context, incidentId));
  }

  timers() {
    return this.runtime.queries.timersOf(tenantId, this.processInstanceId);
  }

  /**
   * Tries again until the check holds: the database and the back-end take real time. What is due by the clock is done meanwhile, as
   * a timer may be set for a time that has passed already.
   */
  async eventually(check: () => Promise<void>): Promise<void> {
    const until = Date.now() + longestWaitMs;
    for (;;) {
      try {
        return await check();
      } catch (error) {
        if (Date.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, 5));
        this.clock.advance(0);
      }
    }
  }

  #own() {
    return { filter: { processInstanceId: { $eq: this.processInstanceId } }, sort: [], page };
  }

  async publish(name: string, variables: { documents?: string[] }, timeToLiveMs?: number) {
    return valueOf(
      await this.runtime.publishMessage(context, {
        name,
        correlationKey: this.applicationId,
        variables,
        ...(timeToLiveMs === undefined ? {} : { timeToLiveMs }),
      }),
    );
  }
}

function valueOf<T>(outcome: Outcome<T>): T {
  assert(outcome.ok, outcome.ok ? '' : JSON.stringify(outcome.problem));
  return outcome.value;
}
