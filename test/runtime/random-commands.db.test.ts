import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Variables } from '../../src/engine/json.js';
import type { Outcome } from '../../src/runtime/outcome.js';
import { assertConsistent } from '../support/consistency.js';
import { bpmn } from '../support/bpmn-builder.js';
import { oneUserTask } from './models.js';
import { context, useRuntime } from './use-runtime.js';

/** Every kind of wait, started in every way, several of them for the same messages and signals. */
const mixed = bpmn('mixed')
  .startEvent('start')
  .parallelGateway('fork')
  .userTask('task', { candidateGroups: 'a' })
  .endEvent('task-end', { signal: 'heard' })
  .at('fork')
  .serviceTask('job', { type: '=jobType' })
  .endEvent('job-end', { message: 'told', publish: { correlationKey: '=key', timeToLive: '=500' } })
  .at('fork')
  .intermediateCatchEvent('message', { message: { name: 'told', correlationKey: '=key' } })
  .endEvent('message-end')
  .at('fork')
  .intermediateCatchEvent('signal', { signal: 'heard' })
  .endEvent('signal-end')
  .at('fork')
  .callActivity('call', { processId: 'ask' })
  .endEvent('call-end')
  .boundaryEvent('job-late', { attachedTo: 'job', timer: { duration: '=patience' } })
  .endEvent('job-late-end')
  .boundaryEvent('job-error', { attachedTo: 'job', error: 'NO' })
  .endEvent('job-error-end')
  .boundaryEvent('task-told', {
    attachedTo: 'task',
    interrupting: false,
    message: { name: 'told', correlationKey: '=key' },
  })
  .endEvent('task-told-end')
  .boundaryEvent('call-heard', { attachedTo: 'call', signal: 'heard' })
  .endEvent('call-heard-end', { error: 'NO' })
  .startEvent('by-message', { message: 'begin' })
  .connectTo('fork')
  .startEvent('by-signal', { signal: 'go' })
  .connectTo('fork');

/** A generator of numbers from 0 to 1 that is told by its seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixedBits = Math.imul(state ^ (state >>> 15), 1 | state);
    mixedBits = (mixedBits + Math.imul(mixedBits ^ (mixedBits >>> 7), 61 | mixedBits)) ^ mixedBits;
    return ((mixedBits ^ (mixedBits >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('random commands, many at once', () => {
  const test = useRuntime();
  const seeds = (process.env['TEST_SEEDS'] ?? '1,2,3').split(',').map(Number);

  for (const seed of seeds) {
    it(`are done or refused, never fail, and leave everything consistent (seed ${seed})`, async () => {
      const random = createRandom(seed);
      const pick = <T>(values: readonly T[], otherwise: T): T =>
        values[Math.floor(random() * values.length)] ?? otherwise;
      const oneOf = <T extends string | number>(...values: T[]): T => pick(values, values[0] as T);
      await test.deploy(mixed, oneUserTask());

      const variables = (): Variables => ({
        key: oneOf('k1', 'k2'),
        jobType: oneOf('work', 'work', 'x'.repeat(300)),
        patience: oneOf('PT1S', 'PT0S', 'nonsense'),
      });
      let known = {
        instances: [''],
        jobs: [''],
        tasks: [''],
        incidents: [''],
        definitions: [''],
        timers: [['', '']],
      };
      const look = async () => {
        const tables = await test.tables();
        const ids = (table: keyof typeof tables, column: string) => [
          'nobody',
          ...tables[table].map((row) => String(row[column])),
        ];
        known = {
          instances: ids('process_instance', 'process_instance_id'),
          jobs: ids('job', 'job_id'),
          tasks: ids('user_task', 'user_task_id'),
          incidents: ids('incident', 'incident_id'),
          definitions: ids('process_definition', 'process_definition_id'),
          timers: tables.timer.map((row) => [String(row['process_instance_id']), String(row['timer_id'])]),
        };
      };
      const instance = () => pick(known.instances, '');
      const job = () => pick(known.jobs, '');
      const task = () => pick(known.tasks, '');
      const fence = () => (random() < 0.5 ? {} : { fence: oneOf(1, 2) });
      const { runtime } = test;
      const commands: readonly (() => Promise<Outcome<unknown>>)[] = [
        () =>
          runtime.startProcessInstance(context, {
            bpmnProcessId: 'mixed',
            startElementId: 'start',
            variables: variables(),
          }),
        () =>
          runtime.publishMessage(context, {
            name: oneOf('told', 'begin'),
            correlationKey: oneOf('k1', 'k2'),
            variables: variables(),
            timeToLiveMs: oneOf(0, 500),
            messageId: oneOf('m1', 'm2', 'm3'),
          }),
        () =>
          runtime.publishMessage(context, {
            name: 'told',
            correlationKey: oneOf('k1', 'k2'),
            timeToLiveMs: oneOf(0, 500),
          }),
        () => runtime.correlateMessage(context, { name: 'told', correlationKey: oneOf('k1', 'k2') }),
        () =>
          runtime.broadcastSignal(context, { name: oneOf('heard', 'heard', 'go'), variables: variables() }),
        () =>
          runtime.activateJobs(context, {
            type: 'work',
            worker: 'w',
            maxJobs: oneOf(1, 5),
            timeoutMs: oneOf(1, 1000),
          }),
        () => runtime.completeJob(context, job(), { ...fence(), variables: variables() }),
        () =>
          runtime.failJob(context, job(), {
            ...fence(),
            errorMessage: 'x',
            backoffMs: oneOf(0, 300),
            retries: oneOf(0, 1),
          }),
        () => runtime.throwJobError(context, job(), { ...fence(), errorCode: oneOf('NO', 'OTHER') }),
        () => runtime.extendJob(context, job(), { ...fence(), timeoutMs: 100 }),
        () => runtime.updateJob(context, job(), { retries: oneOf(1, 3) }),
        () => runtime.claimUserTask(context, task(), { assignee: oneOf('a', 'b') }),
        () => runtime.unclaimUserTask(context, task()),
        () => runtime.updateUserTask(context, task(), { candidateGroups: [oneOf('a', 'b')], dueAt: null }),
        () => runtime.completeUserTask(context, task(), { variables: variables() }),
        () => runtime.throwUserTaskError(context, task(), { errorCode: oneOf('NO', 'OTHER') }),
        () => runtime.resolveIncident(context, pick(known.incidents, '')),
        () => runtime.setVariables(context, instance(), { variables: variables() }),
        () => runtime.cancelProcessInstance(context, instance()),
        () => {
          const ids = ['task', 'job', 'message', 'signal', 'call', 'job-late', 'task-end', 'fork'] as const;
          return runtime.modifyProcessInstance(context, instance(), {
            move: [
              { from: { elementId: oneOf(...ids) }, toElementId: oneOf(...ids), variables: variables() },
            ],
          });
        },
        () =>
          runtime.migrateProcessInstance(context, instance(), {
            targetProcessDefinitionId: pick(known.definitions, ''),
            dryRun: random() < 0.2,
          }),
        () => runtime.suspendProcessInstance(context, instance()),
        () => runtime.resumeProcessInstance(context, instance()),
        () => runtime.resumeProcessInstance(context, instance()),
        () => runtime.deleteProcessInstance(context, instance()),
        () => runtime.triggerTimer(context, ...(pick(known.timers, ['', '']) as [string, string])),
        () =>
          runtime.deploy(context, {
            resources: [
              { name: 'ask.bpmn', content: oneUserTask().toXml().replace('Check', oneOf('A', 'B')) },
            ],
          }),
      ];
      for (let round = 0; round < 12; round++) {
        await look();
        const chosen = Array.from({ length: 25 }, () =>
          pick(commands, () => assert.fail('Expected a command.')),
        );
        const outcomes = await Promise.all(chosen.map((command) => command()));
        for (const outcome of outcomes) {
          const isKnown =
            outcome.ok ||
            /^(not-found|no-subscription|invalid-state|invalid-argument|suspended|job-not-held)$/.test(
              outcome.problem.code,
            );
          assert.ok(isKnown, outcome.ok ? '' : outcome.problem.detail);
        }
        test.clock.advance(Math.floor(random() * 400));
        if (round % 4 === 3) await test.rest();
        await assertConsistent(test.databaseUrl);
      }
      test.clock.advance(2000);
      await test.rest();
      await assertConsistent(test.databaseUrl, { atRest: true });
    });
  }
});
