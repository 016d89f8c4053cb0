import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { type RunningServer, startServer } from '../../src/facade/start-server.js';
import { silentLogger } from '../../src/platform/logger.js';
import {
  type RunningBackend,
  startSimulatedBackend,
} from '../../src/simulated-backend/start-simulated-backend.js';
import { testConfig } from '../support/stub-server.js';
import { type OnboardingServer, startOnboardingServer } from './onboarding-server.js';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

type Answer = Readonly<Record<string, unknown>>;

describe('the calls that the documentation of customer onboarding tells', () => {
  let backend: RunningBackend;
  let onboarding: OnboardingServer;
  let server: RunningServer;
  /** What stands for `ID`, `TASK`, `TIMER` and `INCIDENT`: as answered last. */
  let ids: Map<string, string>;

  beforeEach(async () => {
    backend = await startSimulatedBackend({ slowMs: 0 });
    onboarding = await startOnboardingServer(backend.url);
    const { runtime, clock } = onboarding;
    server = await startServer({ runtime, clock, logger: silentLogger, config: testConfig });
    ids = new Map();
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
      const answer = await eventually(() => send(call), `${call.method} ${call.path}`);
      remember(answer);
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

  /** Sends it as soon as its ids are known; answers undefined while there is nothing yet to be seen by it. */
  async function send({ method, path, body }: Call): Promise<Answer | undefined> {
    const whole = path.replace(
      /\b(ID|TASK|TIMER|INCIDENT)\b/g,
      (name) => ids.get(name) ?? assert.fail(`no ${name}`),
    );
    const headers = new Headers(body === undefined ? {} : { 'Content-Type': 'application/json' });
    const response = await fetch(`${server.url}/v1${whole}`, { method, headers, body: body ?? null });
    const text = await response.text();
    assert(response.ok, `${method} ${whole} answered ${response.status}: ${text}`);
    const answer = text === '' ? {} : (JSON.parse(text) as Answer);
    const isEmpty = Array.isArray(answer['items']) && answer['items'].length === 0;
    return isEmpty || answer['outcome'] === 'discarded' ? undefined : answer;
  }

  function remember(answer: Answer): void {
    const items: unknown = answer['items'];
    const first: unknown = Array.isArray(items) ? items[0] : answer;
    if (typeof first !== 'object' || first === null) return;
    const named = new Map(Object.entries(first));
    for (const [name, property] of [
      ['ID', 'processInstanceId'],
      ['TASK', 'userTaskId'],
      ['TIMER', 'timerId'],
      ['INCIDENT', 'incidentId'],
    ] as const) {
      const value: unknown = named.get(property);
      if (typeof value === 'string') ids.set(name, value);
    }
  }

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

/** The curl lines of the text's shell blocks, with the variables that it sets. */
function callsOf(text: string): readonly Call[] {
  const lines = [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  );
  return lines
    .filter((line) => line.startsWith('curl'))
    .map((line) => {
      const pattern = /^curl -s(?: -X (?<verb>[A-Z]+))? \$B(?<path>\S+)(?: -H "\$J" -d '(?<body>[^']*)')?$/;
      const {
        verb,
        path = '',
        body,
      } = pattern.exec(line)?.groups ?? assert.fail(`expected a call but found ${line}`);
      const method = verb ?? (body === undefined ? 'GET' : 'POST');
      return { method, path, ...(body === undefined ? {} : { body }) };
    });
}
