import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { knownMax, leasesPerSecond, RateLimiter } from '../../src/facade/security/rate-limiter.js';
import type { RateBuckets } from '../../src/platform/rate-buckets.js';
import { FakeClock } from '../support/fake-clock.js';

/** How many of so many requests at once are let in. */
async function letIn(
  limiter: RateLimiter,
  name: string,
  perSecond: number,
  requests: number,
): Promise<number> {
  const taken = await Promise.all(Array.from({ length: requests }, () => limiter.take(name, perSecond)));
  return taken.filter(Boolean).length;
}

describe('a limit of requests in a second', () => {
  let clock: FakeClock;
  let warnings: unknown[];
  const logger = { warn: (...line: unknown[]) => void warnings.push(line) };
  beforeEach(() => {
    clock = new FakeClock();
    warnings = [];
  });

  it('lets in as many at once, and then as they come back, each name for itself', async () => {
    const limiter = new RateLimiter(clock, logger);
    assert.equal(await letIn(limiter, 'a', 10, 15), 10);
    assert.equal(await letIn(limiter, 'b', 10, 5), 5);
    clock.advance(300);
    assert.equal(await letIn(limiter, 'a', 10, 15), 3);
    clock.advance(60_000);
    assert.equal(await letIn(limiter, 'a', 10, 15), 10);
  });

  it('keeps no more names than its bound', async () => {
    const limiter = new RateLimiter(clock, logger);
    assert.equal(await letIn(limiter, 'a', 1, 2), 1);
    for (let count = 0; count < knownMax; count += 1) await limiter.take(`other-${count}`, 1);
    assert.equal(await letIn(limiter, 'a', 1, 2), 1, 'It has begun anew.');
  });

  describe('that nodes share', () => {
    let asked: number[];
    let left: number;
    const shared: RateBuckets = {
      async take(_name, _perSecond, wanted) {
        asked.push(wanted);
        const granted = Math.min(left, wanted);
        left -= granted;
        return granted;
      },
    };
    beforeEach(() => {
      asked = [];
      left = 100;
    });

    it('holds for them together, and is asked for some tokens at a time', async () => {
      const nodes = [1, 2].map(() => new RateLimiter(clock, logger, shared));
      const counts = await Promise.all(nodes.map((node) => letIn(node, 'a', 100, 80)));
      assert.equal(
        counts.reduce((sum, count) => sum + count),
        100,
      );
      assert.ok(asked.every((wanted) => wanted === 100 / leasesPerSecond));
    });

    it('asks no more often for what is empty than so many times a second', async () => {
      left = 0;
      const node = new RateLimiter(clock, logger, shared);
      for (let count = 0; count < 100; count += 1) assert.equal(await node.take('a', 100), false);
      assert.equal(asked.length, 1);
      clock.advance(1_000 / leasesPerSecond);
      left = 1;
      assert.equal(await node.take('a', 100), true);
    });

    it('loses what it has not used for a second', async () => {
      const node = new RateLimiter(clock, logger, shared);
      assert.equal(await node.take('a', 100), true);
      left = 0;
      clock.advance(999);
      assert.equal(await node.take('a', 100), true);
      clock.advance(1);
      assert.equal(await node.take('a', 100), false);
    });

    it('refuses who would wait in a crowd', async () => {
      let open = (): void => undefined;
      const gate = new Promise<void>((resolve) => (open = resolve));
      const slow: RateBuckets = { take: async () => gate.then(() => 2_000) };
      const node = new RateLimiter(clock, logger, slow);
      const all = letIn(node, 'a', 40_000, 1_500);
      open();
      assert.equal(await all, 1_000);
    });

    it('holds for each node alone while it is away, which is logged once a minute', async () => {
      const away: RateBuckets = {
        take: () => Promise.reject(new Error('away')),
      };
      const node = new RateLimiter(clock, logger, away);
      assert.equal(await letIn(node, 'a', 10, 15), 10);
      for (let second = 0; second < 60; second += 1) {
        clock.advance(1_000);
        assert.equal(await letIn(node, 'a', 10, 15), 10);
      }
      assert.equal(warnings.length, 2);
    });
  });
});
