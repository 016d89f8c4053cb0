import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type RunningServer, startServer } from '../../src/facade/start-server.js';
import { silentLogger } from '../../src/platform/logger.js';
import {
  type RunningBackend,
  startSimulatedBackend,
} from '../../src/simulated-backend/start-simulated-backend.js';
import { noApiKeys, testConfig } from '../support/stub-server.js';
import { callsOf, DocumentedCaller } from './documented-calls.js';
import { type OnboardingServer, startOnboardingServer } from './onboarding-server.js';

describe('the calls that the documentation of customer onboarding tells', () => {
  let backend: RunningBackend;
  let onboarding: OnboardingServer;
  let server: RunningServer;
  let caller: DocumentedCaller;

  beforeEach(async () => {
    backend = await startSimulatedBackend({ slowMs: 0 });
    onboarding = await startOnboardingServer(backend.url);
    const { runtime, clock } = onboarding;
    const apiKeys = noApiKeys(clock);
    server = await startServer({ runtime, apiKeys, clock, logger: silentLogger, config: testConfig });
    caller = new DocumentedCaller(server.url);
  });

  afterEach(async () => {
    await server.stop();
    await onboarding.stop();
    await backend.stop();
  });

  it('do what it says', async () => {
    const calls = callsOf(
      await readFile(new URL('../../docs/journeys/customer-onboarding.md', import.meta.url), 'utf8'),
    );
    assert.equal(calls.length, 20);
    for (const call of calls) {
      await eventually(() => caller.send(call), `${call.method} ${call.path}`);
    }
    const ends = [];
    for (const businessKey of ['A-1', 'A-2', 'A-3', 'A-4', 'A-5', 'A-6', 'A-7']) {
      ends.push(await eventually(() => endOf(businessKey), `the end of ${businessKey}`));
    }
    assert.deepEqual(ends, [
      'customer_onboarded',
      'customer_onboarded',
      'application_withdrawn',
      // Its first timer is the reminder.
      'none',
      'application_rejected',
      'application_rejected',
      'none',
    ]);
  });

  /** The end event, `none` where something is still waited for, undefined while something is under way. */
  async function endOf(businessKey: string): Promise<string | undefined> {
    const filter = { businessKey: { $eq: businessKey } };
    const request = { filter, sort: [], page: { limit: 10 } };
    const { queries } = onboarding;
    const [instance] = (await queries.searchProcessInstances('default', request)).items;
    assert(instance !== undefined, businessKey);
    const { items: jobs } = await queries.searchJobs('default', request);
    if (jobs.some(({ state }) => state !== 'failed')) return undefined;
    if (instance.status === 'active') return 'none';
    const { items } = await queries.elementInstances('default', instance.processInstanceId, { limit: 100 });
    return items.filter(({ elementType }) => elementType === 'endEvent').at(-1)?.elementId;
  }

  /** Until there is an answer; back-offs pass meanwhile. */
  async function eventually<T>(attempt: () => Promise<T | undefined>, what: string): Promise<T> {
    const until = Date.now() + 10_000;
    for (;;) {
      const answer = await attempt();
      if (answer !== undefined) return answer;
      assert(Date.now() < until, `expected an answer in time: ${what}`);
      onboarding.clock.advance(100);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
});
