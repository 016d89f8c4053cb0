import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { JobLocks } from '../../../src/jobs/queue/job-locks.js';
import { done } from '../../../src/runtime/outcome.js';
import { StoreUnavailable } from '../../../src/runtime/ports.js';
import type { ActivatedJob, LockJobsInput } from '../../../src/runtime/runtime.js';
import { FakeClock } from '../../support/fake-clock.js';

const identity = { context: { tenantId: 't', actor: 'a' }, worker: 'w' };

function activated(jobId: string): ActivatedJob {
  return {
    jobId,
    type: 'work',
    retries: 3,
    variables: {},
    customHeaders: {},
    elementId: 'e',
    elementInstanceId: 'ei',
    processInstanceId: 'pi',
    processDefinitionId: 'pd',
    bpmnProcessId: 'p',
    deadline: 1,
    fence: 1,
  };
}

describe('locks of jobs that a queue brings', () => {
  it('are taken together, and a job that is brought twice is had once', async () => {
    const inputs: LockJobsInput[] = [];
    const locks = new JobLocks({
      source: {
        async lockJobs(_context, input) {
          inputs.push(input);
          return done(['a', 'c'].map(activated));
        },
      },
      identity,
      clock: new FakeClock(),
      leaseMs: 5,
    });
    const ids = ['a', 'b', 'c', 'a'];
    const jobs = await Promise.all(ids.map((jobId) => locks.take({ jobId, fence: 0 })));
    assert.deepEqual(
      jobs.map((job) => job?.jobId),
      ['a', undefined, 'c', undefined],
    );
    assert.equal(inputs.length, 1);
    assert.deepEqual([inputs[0]?.worker, inputs[0]?.timeoutMs], ['w', 5]);
  });

  it('are asked for again while the database is away, and then given up', async () => {
    const clock = new FakeClock();
    let calls = 0;
    const locks = new JobLocks({
      source: {
        async lockJobs() {
          calls++;
          throw new StoreUnavailable('away');
        },
      },
      identity,
      clock,
      leaseMs: 5,
    });
    const taken = assert.rejects(locks.take({ jobId: 'a', fence: 0 }), StoreUnavailable);
    for (let second = 0; second < 30; second++) await clock.advanceAsync(1_000);
    await taken;
    assert.equal(calls, 6);
  });
});
