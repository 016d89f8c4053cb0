import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  type RunningBackend,
  startSimulatedBackend,
} from '../../src/simulated-backend/start-simulated-backend.js';
import { callsOf, DocumentedCaller } from './documented-calls.js';
import { startSupportServer, type SupportServer } from './support-server.js';

interface Found {
  readonly [name: string]: unknown;
}

describe('the calls that the documentation of support escalation tells', function () {
  this.timeout(60_000);
  let backend: RunningBackend;
  let server: SupportServer;

  beforeEach(async () => {
    backend = await startSimulatedBackend();
    server = await startSupportServer(backend.url);
  });

  afterEach(async () => {
    await server.stop();
    await backend.stop();
  });

  it('do what it says', async () => {
    const calls = callsOf(
      await readFile(new URL('../../docs/journeys/support-escalation.md', import.meta.url), 'utf8'),
    );
    assert.equal(calls.length, 25);
    const caller = new DocumentedCaller(server.url);
    for (const call of calls) await eventually(() => caller.send(call), `${call.method} ${call.path}`);
    const standings = [];
    for (const businessKey of ['C-1', 'C-2', 'C-3', 'C-4', 'C-5']) {
      standings.push(await eventually(() => standing(businessKey), `an end of the work on ${businessKey}`));
    }
    assert.deepEqual(standings, [
      'completed case_closed',
      'completed case_closed',
      'active help_customer',
      'active second_line',
      'active find_answer',
    ]);
    assert.deepEqual(server.smtp.received.map((mail) => mail.header('subject')).sort(), [
      '[C-1] An answer to your question',
      '[C-1] How satisfied are you?',
      '[C-2] An answer to your question',
      '[C-2] How satisfied are you?',
      '[C-2] Is your problem solved?',
      '[C-3] A case is waiting',
      '[C-4] Is your problem solved?',
    ]);
  });

  /** Where the case stands; undefined while a job is under way. */
  async function standing(businessKey: string): Promise<string | undefined> {
    const filter = { businessKey };
    const jobs = await search('jobs', filter);
    if (jobs.some(({ state }) => state !== 'failed')) return undefined;
    const [instance] = await search('process-instances', filter);
    const path = `/v1/process-instances/${String(instance?.['processInstanceId'])}/element-instances`;
    const { items } = (await server.request('GET', path)).body as { items: readonly Found[] };
    const isLeaf = ({ elementType }: Found) =>
      elementType !== 'subProcess' && elementType !== 'boundaryEvent';
    const leaves = items.filter(isLeaf);
    const last = instance?.['state'] === 'active' ? leaves.filter(({ state }) => state === 'active') : leaves;
    return `${String(instance?.['state'])} ${String(last.at(-1)?.['elementId'])}`;
  }

  async function search(what: string, filter: object): Promise<readonly Found[]> {
    const { body } = await server.request('POST', `/v1/${what}/search`, { filter });
    return (body as { items: readonly Found[] }).items;
  }

  /** Until there is an answer; back-offs pass meanwhile. */
  async function eventually<T>(attempt: () => Promise<T | undefined>, what: string): Promise<T> {
    const until = Date.now() + 10_000;
    for (;;) {
      const answer = await attempt();
      if (answer !== undefined) return answer;
      assert(Date.now() < until, `expected an answer in time: ${what}`);
      server.clock.advance(20);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
});
