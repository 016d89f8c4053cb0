import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { lockJobs, reportJobs } from '../../src/contract/job-batches.js';
import { searchJobs } from '../../src/contract/jobs.js';
import { limits } from '../../src/contract/limits.js';
import { getProcessInstance, getVariables } from '../../src/contract/process-instances.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call, refused } from '../support/contract-client.js';
import { deployed, started, useServer } from './use-server.js';

const charge = bpmn('charge')
  .startEvent('s')
  .serviceTask('card', { type: 'charge-card', retries: 2 })
  .endEvent('e')
  .boundaryEvent('declined', { attachedTo: 'card', error: 'DECLINED' })
  .endEvent('given-up');

describe('batches of jobs over REST', () => {
  const server = useServer();
  const prepare = async (count: number): Promise<readonly { jobId: string; processInstanceId: string }[]> => {
    await deployed(server(), charge);
    for (let index = 0; index < count; index++) {
      await started(server(), 'charge', { variables: { index, secret: 'x' } });
    }
    const { items } = await call(server(), searchJobs, 200, {
      body: { sort: [{ field: 'createdAt', order: 'asc' }] },
    });
    return items.map(({ jobId, processInstanceId }) => ({ jobId, processInstanceId }));
  };
  const lock = async (jobs: readonly { readonly jobId: string; readonly fence: number }[]) =>
    (
      await call(server(), lockJobs, 200, {
        body: { jobs: [...jobs], worker: 'w', timeoutMs: 60_000, fetchVariables: ['index'] },
      })
    ).jobs;
  const stateOf = async (processInstanceId: string) =>
    (await call(server(), getProcessInstance, 200, { params: { processInstanceId } })).state;

  it('activates by id and fence, and leaves out what it cannot', async () => {
    const [first, second] = await prepare(2);
    assert.ok(first && second);
    const jobs = await lock([
      { jobId: first.jobId, fence: 0 },
      { jobId: second.jobId, fence: 1 },
      { jobId: 'nobody', fence: 0 },
    ]);
    assert.equal(jobs.length, 1);
    assert.equal(jobs[0]?.jobId, first.jobId);
    assert.equal(jobs[0]?.fence, 1);
    assert.deepEqual(Object.keys(jobs[0]?.variables ?? {}), ['index']);
    assert.deepEqual(await lock([{ jobId: first.jobId, fence: 1 }]), [], 'somebody holds it');
  });

  it('records each report by itself, and says why of those that it refuses', async () => {
    const jobs = await prepare(5);
    const [completed, failed, thrown, extended, foreign] = jobs;
    assert.ok(completed && failed && thrown && extended && foreign);
    await lock(jobs.slice(0, 4).map(({ jobId }) => ({ jobId, fence: 0 })));
    const reports = [
      { outcome: 'complete' as const, jobId: completed.jobId, fence: 1, variables: { receipt: 'r' } },
      { outcome: 'fail' as const, jobId: failed.jobId, fence: 1, retries: 0, errorMessage: 'broken' },
      { outcome: 'error' as const, jobId: thrown.jobId, fence: 1, errorCode: 'DECLINED' },
      { outcome: 'extend' as const, jobId: extended.jobId, fence: 1, timeoutMs: 120_000 },
      { outcome: 'complete' as const, jobId: extended.jobId, fence: 0 },
      { outcome: 'complete' as const, jobId: foreign.jobId, fence: 0 },
      { outcome: 'complete' as const, jobId: 'nobody', fence: 0 },
    ];
    const { results } = await call(server(), reportJobs, 200, { body: { reports } });
    assert.deepEqual(
      results.map(({ jobId }) => jobId),
      reports.map(({ jobId }) => jobId),
    );
    assert.deepEqual(
      results.map(({ recorded, code }) => code ?? recorded),
      [true, true, true, true, 'job-not-held', 'job-not-held', 'not-found'],
    );
    assert.match(results[4]?.detail ?? '', /Expected fence 1/);
    assert.equal(await stateOf(completed.processInstanceId), 'completed');
    const { variables } = await call(server(), getVariables, 200, {
      params: { processInstanceId: completed.processInstanceId },
    });
    assert.equal(variables['receipt'], 'r');
    assert.equal(await stateOf(thrown.processInstanceId), 'completed');
    const { items } = await call(server(), searchJobs, 200, { body: {} });
    const of = (jobId: string) => items.find((job) => job.jobId === jobId);
    assert.equal(of(failed.jobId)?.state, 'failed');
    assert.equal(of(extended.jobId)?.deadline, '2026-01-01T00:02:00.000Z');

    const again = await call(server(), reportJobs, 200, { body: { reports: reports.slice(0, 3) } });
    assert.deepEqual(
      again.results.map(({ code }) => code),
      ['invalid-state', 'job-not-held', 'invalid-state'],
      'a repeated report changes nothing',
    );
  });

  it('refuses a batch without reports, or with too many, or with one that is none', async () => {
    await refused(server(), reportJobs, 'validation-failed', { body: { reports: [] } });
    const report = { outcome: 'complete' as const, jobId: 'j', fence: 0 };
    const tooMany = Array.from({ length: limits.jobsPerActivation + 1 }, () => report);
    await refused(server(), reportJobs, 'validation-failed', { body: { reports: tooMany } });
    const body = { jobs: [], worker: 'w', timeoutMs: 1 };
    await refused(server(), lockJobs, 'validation-failed', { body });
  });
});
