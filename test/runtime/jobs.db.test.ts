import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { oneJob } from './models.js';
import { context, ok, refusal, useRuntime } from './use-runtime.js';

describe('jobs', () => {
  const test = useRuntime();

  describe('activated', () => {
    it('are at most as many as asked for, the oldest first', async () => {
      await test.deploy(oneJob());
      const ids: string[] = [];
      for (let index = 0; index < 5; index++) {
        ids.push((await test.start('work')).processInstanceId);
        test.clock.advance(1);
      }
      const first = await test.take('work', { maxJobs: 2 });
      const rest = await test.take('work', { maxJobs: 10 });
      const taken = [...first, ...rest].map(({ processInstanceId }) => processInstanceId);
      assert.deepEqual([first.length, taken], [2, ids]);
      assert.deepEqual(await test.take('work'), []);
    });

    it('come by priority before age', async () => {
      await test.deploy(oneJob('work', 'work', { priority: '=p' }));
      for (const p of [1, 9, 5]) await test.start('work', { p });
      const jobs = await test.take('work');
      assert.deepEqual(
        jobs.map(({ variables }) => variables['p']),
        [9, 5, 1],
      );
    });

    it('tell all that a worker needs, with the variables visible to them', async () => {
      await test.deploy(
        bpmn('work')
          .startEvent('start')
          .serviceTask('task', { type: 'work', inputs: { local: '=outer + 1' }, headers: { kind: 'fast' } })
          .endEvent('end'),
      );
      const started = await test.start('work', { outer: 1, other: [1] }, { businessKey: 'b1' });
      const job = await test.takeOne('work');
      const { jobId, elementInstanceId, ...rest } = job;
      assert.match(jobId, new RegExp(`^${started.processInstanceId}-\\d+$`));
      assert.match(elementInstanceId, new RegExp(`^${started.processInstanceId}-\\d+$`));
      assert.deepEqual(rest, {
        type: 'work',
        retries: 3,
        variables: { local: 2, outer: 1, other: [1] },
        customHeaders: { kind: 'fast' },
        elementId: 'task',
        processInstanceId: started.processInstanceId,
        processDefinitionId: started.processDefinitionId,
        bpmnProcessId: 'work',
        businessKey: 'b1',
        deadline: test.clock.now() + 60_000,
        fence: 1,
      });
    });

    it('have only the variables that were asked for, and none that is not there', async () => {
      await test.deploy(oneJob());
      await test.start('work', { a: 1, b: 2 });
      const [job] = await test.take('work', { fetchVariables: ['a', 'toString', '__proto__'] });
      assert.deepEqual(job?.variables, { a: 1 });
    });

    it('by many workers at once go to one each', async () => {
      await test.deploy(oneJob());
      for (let index = 0; index < 30; index++)
        ok(await test.runtime.startProcessInstance(context, { bpmnProcessId: 'work' }));
      const taken = (
        await Promise.all(Array.from({ length: 20 }, () => test.take('work', { maxJobs: 2 })))
      ).flat();
      assert.equal(taken.length, 30);
      assert.equal(new Set(taken.map(({ jobId }) => jobId)).size, 30);
    });
  });

  describe('completed', () => {
    it('give their variables to the process, which goes on', async () => {
      await test.deploy(oneJob());
      const { processInstanceId } = await test.start('work');
      await test.work('work', { done: true });
      assert.equal((await test.instance(processInstanceId)).state.status, 'completed');
      assert.deepEqual(await test.variables(processInstanceId), { done: true });
      assert.deepEqual(await test.jobs(), []);
    });

    it('without a fence need only be activated', async () => {
      await test.deploy(oneJob());
      await test.start('work');
      const [offered] = await test.jobs();
      refusal(await test.runtime.completeJob(context, offered?.jobId ?? '', {}), 'job-not-held');
      const { jobId } = await test.takeOne('work');
      ok(await test.runtime.completeJob(context, jobId, {}));
    });

    it('again are refused: they have ended', async () => {
      await test.deploy(oneJob());
      await test.start('work');
      const { jobId, fence } = await test.takeOne('work');
      ok(await test.runtime.completeJob(context, jobId, { fence }));
      const before = await test.tables();
      refusal(await test.runtime.completeJob(context, jobId, { fence }), 'invalid-state');
      refusal(await test.runtime.failJob(context, jobId, { fence, errorMessage: 'late' }), 'invalid-state');
      assert.deepEqual(await test.tables(), before);
    });

    it('twenty times at once end once', async () => {
      await test.deploy(oneJob());
      await test.start('work');
      const { jobId, fence } = await test.takeOne('work');
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          test.runtime.completeJob(context, jobId, { fence, variables: { n } }),
        ),
      );
      assert.equal(results.filter(({ ok: done }) => done).length, 1);
      for (const result of results) if (!result.ok) refusal(result, 'invalid-state');
    });
  });

  it('that nobody knows are not found, whatever their id looks like', async () => {
    await test.deploy(oneJob());
    const { processInstanceId } = await test.start('work');
    const unknown = '01890a5d-ac96-774b-bcce-b302099a8057';
    const ids = [
      '',
      'x',
      '1',
      unknown,
      `${unknown}-1`,
      `${processInstanceId}-9999`,
      `${processInstanceId}-0`,
    ];
    for (const id of [...ids, `${processInstanceId}-99999999999999999999`, 'a\0b', "' OR 1=1 --", '\ud800']) {
      refusal(await test.runtime.completeJob(context, id, {}), 'not-found');
      refusal(await test.runtime.failJob(context, id, { errorMessage: 'x' }), 'not-found');
      refusal(await test.runtime.throwJobError(context, id, { errorCode: 'x' }), 'not-found');
      refusal(await test.runtime.extendJob(context, id, { timeoutMs: 1 }), 'not-found');
      refusal(await test.runtime.updateJob(context, id, { retries: 1 }), 'not-found');
    }
  });

  describe('held beyond their deadline', () => {
    it('go to the next worker; the late one is told, and changes nothing', async () => {
      await test.deploy(oneJob());
      await test.start('work');
      const late = await test.takeOne('work');
      test.clock.advance(60_000);
      const present = await test.takeOne('work');
      assert.deepEqual([present.jobId, present.fence], [late.jobId, late.fence + 1]);
      const before = await test.tables();
      const { jobId, fence } = late;
      refusal(
        await test.runtime.completeJob(context, jobId, { fence, variables: { late: true } }),
        'job-not-held',
      );
      refusal(await test.runtime.failJob(context, jobId, { fence, errorMessage: 'late' }), 'job-not-held');
      refusal(await test.runtime.throwJobError(context, jobId, { fence, errorCode: 'late' }), 'job-not-held');
      refusal(await test.runtime.extendJob(context, jobId, { fence, timeoutMs: 1 }), 'job-not-held');
      assert.deepEqual(await test.tables(), before);
      ok(await test.runtime.completeJob(context, jobId, { fence: present.fence }));
    });

    it('can still be completed while nobody else has taken them', async () => {
      await test.deploy(oneJob());
      await test.start('work');
      const { jobId, fence } = await test.takeOne('work');
      test.clock.advance(3_600_000);
      ok(await test.runtime.completeJob(context, jobId, { fence }));
    });

    it('stay where they are when they were extended in time', async () => {
      await test.deploy(oneJob());
      await test.start('work');
      const { jobId, fence } = await test.takeOne('work');
      test.clock.advance(59_999);
      ok(await test.runtime.extendJob(context, jobId, { fence, timeoutMs: 60_000 }));
      test.clock.advance(59_999);
      assert.deepEqual(await test.take('work'), []);
      test.clock.advance(1);
      assert.equal((await test.takeOne('work')).fence, fence + 1);
    });
  });

  describe('failed', () => {
    it('lose a retry and are offered again at once', async () => {
      await test.deploy(oneJob());
      await test.start('work');
      const { jobId, fence } = await test.takeOne('work');
      ok(await test.runtime.failJob(context, jobId, { fence, errorMessage: 'no' }));
      const [row] = await test.jobs();
      assert.deepEqual(
        [row?.state, row?.retries, row?.errorMessage, row?.worker],
        ['created', 2, 'no', undefined],
      );
      const again = await test.takeOne('work');
      assert.deepEqual([again.retries, again.fence], [2, 2]);
      refusal(await test.runtime.completeJob(context, jobId, { fence }), 'job-not-held');
    });

    it('are offered again after their back-off, with the retries that were left', async () => {
      await test.deploy(oneJob());
      await test.start('work');
      const { jobId, fence } = await test.takeOne('work');
      ok(
        await test.runtime.failJob(context, jobId, {
          fence,
          errorMessage: 'no',
          retries: 7,
          backoffMs: 5000,
        }),
      );
      test.clock.advance(4999);
      assert.deepEqual(await test.take('work'), []);
      test.clock.advance(1);
      assert.equal((await test.takeOne('work')).retries, 7);
    });

    it('wait as long as their model says at least', async () => {
      await test.deploy(
        bpmn('work')
          .startEvent('s')
          .serviceTask('task', {
            attributes: { 'camunda:type': 'external', 'camunda:topic': 'work' },
            extensions: ['<camunda:failedJobRetryTimeCycle>R3/PT10S</camunda:failedJobRetryTimeCycle>'],
          })
          .endEvent('e'),
      );
      await test.start('work');
      for (const [backoffMs, pauseMs] of [
        [undefined, 10_000],
        [60_000, 60_000],
      ]) {
        const { jobId, fence } = await test.takeOne('work');
        const asked = backoffMs === undefined ? {} : { backoffMs };
        ok(await test.runtime.failJob(context, jobId, { fence, errorMessage: 'no', ...asked }));
        test.clock.advance((pauseMs ?? 0) - 1);
        assert.deepEqual(await test.take('work'), []);
        test.clock.advance(1);
      }
      assert.equal((await test.takeOne('work')).retries, 1);
    });

    it('wait in turn for each pause of a list, the last of which is repeated', async () => {
      await test.deploy(
        bpmn('work')
          .startEvent('s')
          .serviceTask('task', {
            attributes: { 'camunda:type': 'external', 'camunda:topic': 'work' },
            extensions: ['<camunda:failedJobRetryTimeCycle>PT10S,PT60S</camunda:failedJobRetryTimeCycle>'],
          })
          .endEvent('e'),
      );
      await test.start('work');
      for (const [retries, left, pauseMs] of [
        [3, undefined, 10_000],
        [2, 2, 60_000],
        [2, 5, 60_000],
        [5, 4, 10_000],
        [4, 1, 10_000],
        [1, 1, 60_000],
      ] as const) {
        const job = await test.takeOne('work');
        assert.equal(job.retries, retries);
        const more = left === undefined ? {} : { retries: left };
        ok(await test.runtime.failJob(context, job.jobId, { fence: job.fence, errorMessage: 'no', ...more }));
        test.clock.advance(pauseMs - 1);
        assert.deepEqual(await test.take('work'), []);
        test.clock.advance(1);
      }
    });

    it('for the last time are an incident, until somebody resolves it', async () => {
      await test.deploy(oneJob('work', 'work', { retries: 1 }));
      const { processInstanceId } = await test.start('work');
      const { jobId, fence } = await test.takeOne('work');
      ok(await test.runtime.failJob(context, jobId, { fence, errorMessage: 'broken' }));
      const [incident, ...others] = await test.openIncidents();
      assert.deepEqual(
        [incident?.code, incident?.message, incident?.jobId],
        ['job-retries-exhausted', 'broken', jobId],
      );
      assert.deepEqual(others, []);
      assert.ok((await test.instance(processInstanceId)).hasIncident);
      assert.equal((await test.jobs())[0]?.state, 'failed');
      test.clock.advance(365 * 86_400_000);
      assert.deepEqual(await test.take('work'), []);
      refusal(await test.runtime.completeJob(context, jobId, { fence }), 'job-not-held');
      refusal(await test.runtime.extendJob(context, jobId, { fence, timeoutMs: 1 }), 'job-not-held');

      ok(await test.runtime.resolveIncident(context, incident?.incidentId ?? ''));
      assert.ok(!(await test.instance(processInstanceId)).hasIncident);
      const again = await test.takeOne('work');
      assert.equal(again.retries, 1);
      ok(await test.runtime.completeJob(context, jobId, { fence: again.fence }));
      assert.equal((await test.instance(processInstanceId)).state.status, 'completed');
    });

    it('for the last time get the retries that they are given before the incident is resolved', async () => {
      await test.deploy(oneJob());
      await test.start('work');
      const { jobId, fence } = await test.takeOne('work');
      ok(await test.runtime.failJob(context, jobId, { fence, errorMessage: 'broken', retries: 0 }));
      ok(await test.runtime.updateJob(context, jobId, { retries: 5 }));
      assert.deepEqual(await test.take('work'), []);
      const [incident] = await test.openIncidents();
      ok(await test.runtime.resolveIncident(context, incident?.incidentId ?? ''));
      assert.equal((await test.takeOne('work')).retries, 5);
    });
  });

  it('get other retries without losing their worker', async () => {
    await test.deploy(oneJob());
    await test.start('work');
    const { jobId, fence } = await test.takeOne('work');
    ok(await test.runtime.updateJob(context, jobId, { retries: 9 }));
    const [row] = await test.jobs();
    assert.deepEqual([row?.retries, row?.state, row?.worker, row?.fence], [9, 'activated', 'worker', fence]);
    ok(await test.runtime.completeJob(context, jobId, { fence }));
  });

  describe('that throw a BPMN error', () => {
    const caught = bpmn('work')
      .startEvent('start')
      .serviceTask('task', { type: 'work' })
      .endEvent('end')
      .boundaryEvent('declined', { attachedTo: 'task', error: 'DECLINED' })
      .endEvent('declined-end');

    it('take the flow of what catches it, with their variables', async () => {
      await test.deploy(caught);
      const { processInstanceId } = await test.start('work');
      const { jobId, fence } = await test.takeOne('work');
      const error = { fence, errorCode: 'DECLINED', variables: { why: 'limit' } };
      ok(await test.runtime.throwJobError(context, jobId, error));
      assert.ok((await test.path(processInstanceId)).includes('declined-end:completed'));
      assert.deepEqual(await test.variables(processInstanceId), { why: 'limit' });
      assert.deepEqual(await test.jobs(), []);
    });

    it('that nothing catches are an incident; once resolved, they are tried again', async () => {
      await test.deploy(caught);
      const { processInstanceId } = await test.start('work');
      const { jobId, fence } = await test.takeOne('work');
      ok(
        await test.runtime.throwJobError(context, jobId, { fence, errorCode: 'OTHER', errorMessage: 'why' }),
      );
      const [incident] = await test.openIncidents();
      assert.equal(incident?.code, 'uncaught-error');
      assert.match(incident.message, /OTHER.*why/);
      assert.deepEqual(await test.take('work'), []);
      ok(await test.runtime.resolveIncident(context, incident.incidentId));
      await test.work('work');
      assert.equal((await test.instance(processInstanceId)).state.status, 'completed');
    });

    it('are caught by a caller', async () => {
      await test.deploy(
        oneJob('called'),
        bpmn('caller')
          .startEvent('start')
          .callActivity('call', { processId: 'called' })
          .endEvent('end')
          .boundaryEvent('declined', { attachedTo: 'call', error: 'DECLINED' })
          .endEvent('declined-end'),
      );
      const { processInstanceId } = await test.start('caller');
      const { jobId, fence, processInstanceId: called } = await test.takeOne('work');
      ok(
        await test.runtime.throwJobError(context, jobId, {
          fence,
          errorCode: 'DECLINED',
          variables: { why: 'x' },
        }),
      );
      await test.rest();
      const state = (await test.instance(called)).state;
      assert.deepEqual([state.status, state.errorCode], ['terminated', 'DECLINED']);
      assert.ok((await test.path(processInstanceId)).includes('declined-end:completed'));
      assert.deepEqual(await test.variables(processInstanceId), { why: 'x' });
    });
  });

  it('go with what they belong to', async () => {
    await test.deploy(oneJob());
    const { processInstanceId } = await test.start('work');
    const { jobId, fence } = await test.takeOne('work');
    ok(await test.runtime.cancelProcessInstance(context, processInstanceId));
    assert.deepEqual(await test.jobs(), []);
    refusal(await test.runtime.completeJob(context, jobId, { fence }), 'invalid-state');
  });
});
