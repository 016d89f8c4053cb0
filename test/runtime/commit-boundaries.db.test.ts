import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import type { Outcome } from '../../src/runtime/outcome.js';
import type { RequestContext, Runtime } from '../../src/runtime/runtime.js';
import { assertConsistent } from '../support/consistency.js';
import { bpmn } from '../support/bpmn-builder.js';
import { xmlOf } from '../support/read-model.js';
import { type Death, MortalStore, ServerDied } from './mortal-store.js';
import { all, ok, useRuntime } from './use-runtime.js';

const hour = 3_600_000;
const leaseMs = 1_000;

/** Through every kind of wait, into another instance and back, and on to a third. */
const models = [
  bpmn('journey')
    .startEvent('start', { message: 'begin' })
    .userTask('ask', { outputs: { asked: '=said' } })
    .serviceTask('work', { type: 'work', outputs: { worked: '=worked + 1' } })
    .parallelGateway('fork')
    .intermediateCatchEvent('told', { message: { name: 'told', correlationKey: '=order' } })
    .parallelGateway('join')
    .callActivity('call', { processId: 'inner' })
    .endEvent('end', { signal: 'done' })
    .at('fork')
    .intermediateCatchEvent('heard', { signal: 'heard' })
    .connectTo('join')
    .at('fork')
    .intermediateCatchEvent('later', { timer: { duration: 'PT1H' } })
    .connectTo('join'),
  bpmn('inner').startEvent('start').serviceTask('inside', { type: 'inside' }).endEvent('end'),
  bpmn('listener').startEvent('start', { signal: 'done' }).userTask('wait').endEvent('end'),
];

type Step = (runtime: Runtime, request: (key: string) => RequestContext) => Promise<unknown>;

describe('a server that dies at a commit', function () {
  this.timeout(120_000);
  const test = useRuntime();

  /** Asks until there is one: a job that a dead server gave to nobody comes back by its deadline. */
  const work =
    (type: string): Step =>
    async (runtime, request) => {
      const worker = { type, worker: 'w', maxJobs: 1, timeoutMs: leaseMs };
      const [job] = ok(await runtime.activateJobs(request('activate'), worker));
      if (job === undefined) {
        const context = request('look');
        const open = await runtime.queries.searchJobs(context.tenantId, {
          ...all,
          filter: { type: { $eq: type } },
        });
        if (open.items.length === 0) return;
        test.clock.advance(leaseMs);
        throw new ServerDied();
      }
      const { jobId, fence } = job;
      ok(await runtime.completeJob(request(`complete-${jobId}-${fence}`), jobId, { fence }));
    };

  const steps: readonly Step[] = [
    async (runtime, request) => {
      const resources = models.map((model, index) => ({ name: `${index}.bpmn`, content: xmlOf(model) }));
      ok(await runtime.deploy(request('deploy'), { resources }));
    },
    async (runtime, request) => {
      const variables = { order: 'o', worked: 0 };
      const message = { name: 'begin', messageId: 'm1', timeToLiveMs: hour, variables };
      ok(await runtime.publishMessage(request('begin'), message));
    },
    async (runtime, request) => {
      const { tenantId } = request('');
      const filter = { elementId: { $eq: 'ask' } };
      const [task] = (await runtime.queries.searchUserTasks(tenantId, { ...all, filter })).items;
      const input = { variables: { said: 'yes' } };
      ok(await runtime.completeUserTask(request('ask'), task?.userTaskId ?? assert.fail('no task'), input));
    },
    work('work'),
    async (runtime, request) => {
      const message = { name: 'told', correlationKey: 'o', messageId: 'm2', timeToLiveMs: hour };
      ok(await runtime.publishMessage(request('told'), message));
    },
    async (runtime, request) => ok(await runtime.broadcastSignal(request('heard'), { name: 'heard' })),
    () => {
      test.clock.advance(hour);
      return Promise.resolve();
    },
    work('inside'),
  ];

  /** Plays all steps as a client does: what was not answered is sent again, with the same key, to the server after. */
  const play = async (tenantId: string, deaths: readonly Death[]) => {
    const left = [...deaths];
    let commits = 0;
    let mortal = new MortalStore(left.shift());
    await test.replaceRuntime({ wrap: mortal.wrap });
    const revive = async (): Promise<void> => {
      commits += mortal.commits;
      mortal = new MortalStore(left.shift());
      await test.replaceRuntime({ wrap: mortal.wrap });
      // Ids of different servers are in order from one millisecond to the next.
      test.clock.advance(1);
    };
    const request = (key: string): RequestContext => ({
      tenantId,
      actor: 'client',
      idempotency: { operation: 'step', key, fingerprint: key },
    });
    for (const step of steps) {
      for (let isDone = false; !isDone;) {
        if (mortal.isDead) await revive();
        try {
          await step(test.runtime, (key) =>
            key === 'activate' ? { tenantId, actor: 'client' } : request(key),
          );
          isDone = true;
        } catch (error) {
          if (!(error instanceof ServerDied)) throw error;
        }
      }
      for (;;) {
        if (mortal.isDead) await revive();
        if ((await test.isAtRest()) && !mortal.isDead) break;
        await nextTurn();
      }
    }
    commits += mortal.commits;
    return { commits, deathsLeft: left.length, result: await resultOf(tenantId) };
  };

  /** What has come of it, without ids and times. */
  const resultOf = async (tenantId: string) => {
    const { queries } = test.runtime;
    const { items } = await queries.searchProcessInstances(tenantId, all);
    const instances = await Promise.all(
      items.map(async ({ processInstanceId: id, bpmnProcessId, status, hasIncident, businessKey }) => {
        const elements = await queries.elementInstances(tenantId, id, { limit: 100 });
        const path = elements.items.map(({ elementId, state }) => `${elementId}:${state}`);
        const outcome: Outcome<unknown> = await test.runtime.variables(tenantId, id);
        return { bpmnProcessId, status, hasIncident, businessKey, path: path.sort(), variables: ok(outcome) };
      }),
    );
    return instances.sort((a, b) => (a.bpmnProcessId < b.bpmnProcessId ? -1 : 1));
  };

  for (const side of ['before', 'after'] as const) {
    it(`row 2: kill ${side} each commit there is: the state equals that of a run without a kill`, async () => {
      test.expectsErrors = true;
      const { commits, result } = await play('undisturbed', []);
      assert.ok(commits > 12, `Expected many commits but found ${commits}.`);
      assert.deepEqual(
        result.map(({ bpmnProcessId, status }) => `${bpmnProcessId} ${status}`),
        ['inner completed', 'journey completed', 'listener active'],
      );
      for (let commit = 1; commit <= commits; commit++) {
        const disturbed = await play(`${side}-${commit}`, [{ commit, side }]);
        assert.deepEqual(disturbed.result, result, `a death ${side} commit ${commit}`);
      }
      await assertConsistent(test.databaseUrl, { atRest: true });
    });
  }

  it('again and again, after every second one, comes to the same end', async () => {
    test.expectsErrors = true;
    const { result } = await play('undisturbed', []);
    const many = 200;
    // The repetition of a command is a commit, too: with every first one lost, nobody would ever be told.
    const deaths = Array.from({ length: many }, (): Death => ({ commit: 2, side: 'after' }));
    const disturbed = await play('mayfly', deaths);
    assert.deepEqual(disturbed.result, result);
    assert.ok(many - disturbed.deathsLeft > 12, `died ${many - disturbed.deathsLeft} times`);
    await assertConsistent(test.databaseUrl, { atRest: true });
  });
});
