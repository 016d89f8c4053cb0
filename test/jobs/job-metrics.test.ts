import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { registerJobMetrics } from '../../src/jobs/job-metrics.js';
import { createMetrics } from '../../src/platform/metrics.js';
import { StoreUnavailable } from '../../src/runtime/ports.js';
import type { JobCount } from '../../src/runtime/queries.js';
import { FakeClock } from '../support/fake-clock.js';

describe('metrics of jobs', () => {
  it('are counted anew after 10 seconds, and left out while the database is away', async () => {
    const clock = new FakeClock();
    const metrics = createMetrics();
    let jobs: readonly JobCount[] | undefined = [{ type: 'a"b', state: 'created', count: 3 }];
    registerJobMetrics(metrics, {
      counts: async () => {
        if (jobs === undefined) throw new StoreUnavailable('away');
        return jobs;
      },
      relayState: () => undefined,
      clock,
    });
    const counted = async () =>
      (await metrics.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    assert.deepEqual(await counted(), ['throughline_jobs{type="a\\"b",state="created"} 3']);
    jobs = [{ type: 'c', state: 'failed', count: 1 }];
    clock.advance(9_999);
    assert.match((await counted()).join(), /a\\"b/);
    clock.advance(1);
    assert.deepEqual(await counted(), ['throughline_jobs{type="c",state="failed"} 1']);
    jobs = undefined;
    clock.advance(10_000);
    assert.deepEqual(await counted(), []);
  });

  it('tell of the queue where there is one', async () => {
    const metrics = createMetrics();
    const relayState = () => ({ isUp: false, lagMs: 1_500 });
    registerJobMetrics(metrics, { counts: async () => [], relayState, clock: new FakeClock() });
    const text = await metrics.metrics();
    assert.match(text, /^throughline_queue_up 0$/m);
    assert.match(text, /^throughline_relay_lag_seconds 1\.5$/m);
  });
});
