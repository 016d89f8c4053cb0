import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { JobTaker } from '../../src/runtime/job-handover.js';
import type { ActivatedJob } from '../../src/runtime/runtime.js';
import { bpmn } from '../support/bpmn-builder.js';
import { FaultySwitch, InjectedFault } from './faulty-store.js';
import { oneJob } from './models.js';
import { context, ok, useRuntime } from './use-runtime.js';

const timeoutMs = 5_000;

describe('new jobs are handed over', () => {
  const test = useRuntime();
  let places: number;
  let taken: ActivatedJob[];
  let end: () => void;

  const taker: JobTaker = {
    worker: 'near',
    timeoutMs,
    reserve: () => places > 0 && places-- > 0,
    release: () => void places++,
    take: (job) => void taken.push(job),
  };

  beforeEach(() => {
    places = 1;
    taken = [];
    end = test.runtime.takeNewJobs(context.tenantId, 'work', taker);
  });
  afterEach(() => end());

  it('to a worker of this process in the commit that creates them: nobody else gets them', async () => {
    await test.deploy(oneJob());
    const { processInstanceId } = await test.start('work', { amount: 7 });
    const [job] = taken;
    assert.ok(job);
    assert.deepEqual([job.processInstanceId, job.variables], [processInstanceId, { amount: 7 }]);
    assert.deepEqual([job.fence, job.deadline], [1, test.clock.now() + timeoutMs]);
    assert.deepEqual(await test.take('work'), []);
    ok(await test.runtime.completeJob(context, job.jobId, { fence: job.fence }));
    assert.equal((await test.instance(processInstanceId)).state.status, 'completed');
  });

  it('while it has places; others are offered', async () => {
    await test.deploy(oneJob());
    for (let index = 0; index < 3; index++) await test.start('work');
    assert.equal(taken.length, 1);
    assert.equal((await test.take('work')).length, 2);
  });

  it('and offered again when their deadline passes', async () => {
    await test.deploy(oneJob());
    await test.start('work');
    await test.pass(timeoutMs);
    const [again] = await test.take('work');
    assert.deepEqual([again?.jobId, again?.fence], [taken[0]?.jobId, 2]);
  });

  it('and offered again at once when their worker is known to be gone', async () => {
    await test.deploy(oneJob());
    await test.start('work');
    assert.equal(ok(await test.runtime.releaseJobsOf(context, 'near')), 1);
    const [again] = await test.take('work');
    assert.deepEqual([again?.jobId, again?.retries, again?.fence], [taken[0]?.jobId, 3, 2]);
  });

  it('but not when they end in the command that creates them: the place is free again', async () => {
    const model = bpmn('short').startEvent('s').parallelGateway('fork').serviceTask('t', { type: 'work' });
    await test.deploy(model.at('fork').endEvent('e', { terminate: true }));
    await test.start('short');
    assert.deepEqual([taken.length, places], [0, 1]);
  });

  it('but not of a suspended instance, before it is resumed', async () => {
    await test.deploy(
      bpmn('two')
        .startEvent('s')
        .userTask('u')
        .endEvent('e')
        .at(undefined)
        .serviceTask('t', { type: 'work' }),
    );
    const { processInstanceId } = await test.start('two');
    ok(await test.runtime.suspendProcessInstance(context, processInstanceId));
    ok(
      await test.runtime.modifyProcessInstance(context, processInstanceId, {
        activate: [{ elementId: 't' }],
      }),
    );
    assert.deepEqual([taken.length, places], [0, 1]);
    ok(await test.runtime.resumeProcessInstance(context, processInstanceId));
    assert.deepEqual([taken.length, places], [1, 0]);
  });

  it('but not when the transaction fails: the place is free again', async () => {
    await test.deploy(oneJob());
    const faults = new FaultySwitch();
    test.expectsErrors = true;
    await test.replaceRuntime({ started: false, wrap: faults.wrap });
    test.runtime.takeNewJobs(context.tenantId, 'work', taker);
    for (let uses = 0; ; uses++) {
      faults.arm(uses);
      const failed = await test.runtime.startProcessInstance(context, { bpmnProcessId: 'work' }).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!faults.hasStruck) break;
      assert.ok(failed instanceof InjectedFault);
      assert.deepEqual([taken.length, places], [0, 1]);
    }
    assert.deepEqual([taken.length, places], [1, 0]);
  });
});
