import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createInProcessJobDriver } from '../../src/jobs/in-process-job-driver.js';
import type { JobDriver } from '../../src/jobs/job-driver.js';
import { type JobRegistration, registerHandlers } from '../../src/jobs/job-registration.js';
import { RateWindow } from '../../src/jobs/rate-window.js';
import { silentLogger } from '../../src/platform/logger.js';
import { FakeClock } from '../support/fake-clock.js';
import { MemoryJobSource } from './memory-job-source.js';

describe('the bounds of a job type', () => {
  let clock: FakeClock;
  let source: MemoryJobSource;
  let driver: JobDriver | undefined;
  const begun: string[] = [];
  const ends: (() => void)[] = [];

  beforeEach(() => {
    clock = new FakeClock();
    source = new MemoryJobSource(clock);
    begun.length = 0;
    ends.length = 0;
  });
  afterEach(async () => {
    for (const end of ends) end();
    await driver?.stop(0);
  });

  const start = (concurrency: number, ...registrations: readonly Omit<JobRegistration, 'handler'>[]) => {
    driver = createInProcessJobDriver({
      source,
      registrations: registerHandlers(
        registrations.map((registration) => ({
          ...registration,
          handler: (job) =>
            new Promise((resolve) => {
              begun.push(job.jobId);
              ends.push(() => resolve({}));
            }),
        })),
      ),
      identity: { context: { tenantId: 't', actor: 'a' }, worker: 'w' },
      clock,
      logger: silentLogger,
      random: () => 0,
      concurrency,
    });
    driver.start();
  };
  const endOne = async (): Promise<void> => {
    ends.shift()?.();
    await clock.advanceAsync(0);
    await clock.advanceAsync(0);
  };

  it('lets no more attempts begin in a window than its rate limit says', async () => {
    for (let n = 0; n < 5; n++) source.add({ jobId: `j${n}`, type: 'a' });
    start(100, { type: 'a', rateLimit: { max: 2, durationMs: 1_000 } });
    await clock.advanceAsync(999);
    assert.equal(begun.length, 2);
    await clock.advanceAsync(1);
    await clock.advanceAsync(0);
    assert.equal(begun.length, 4);
    await clock.advanceAsync(1_000);
    await clock.advanceAsync(0);
    assert.equal(begun.length, 5);
  });

  it('shares the slots of the process, and higher priorities have what is free first', async () => {
    for (const type of ['low', 'high']) {
      for (let n = 0; n < 3; n++) source.add({ jobId: `${type}${n}`, type });
    }
    start(2, { type: 'low', priority: -1 }, { type: 'high', priority: 1 });
    await clock.advanceAsync(0);
    await clock.advanceAsync(0);
    assert.equal(begun.length, 2);
    for (let n = 0; n < 6; n++) await endOne();
    assert.deepEqual([...begun].sort(), ['high0', 'high1', 'high2', 'low0', 'low1', 'low2']);
    const firstHigh = begun.findIndex((jobId) => jobId.startsWith('high'));
    const [, ...afterHigh] = begun.slice(firstHigh);
    assert.ok(
      afterHigh.slice(0, 2).every((jobId) => jobId.startsWith('high')),
      begun.join(),
    );
  });

  it('counts windows from the first attempt after the one before', () => {
    const window = new RateWindow({ max: 2, durationMs: 100 }, clock);
    window.count(2);
    assert.equal(window.left, 0);
    clock.advance(100);
    assert.equal(window.left, 2);
    clock.advance(50);
    window.count(1);
    assert.deepEqual([window.left, window.opensAt - clock.now()], [1, 100]);
    assert.equal(new RateWindow(undefined, clock).left, Infinity);
  });
});
