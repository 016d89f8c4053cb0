import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { backoffMs } from '../../src/client/backoff.js';

const policy = { initialMs: 1_000, maxMs: 10_000 };

describe('backoffMs', () => {
  it('doubles with each attempt up to its bound', () => {
    const waits = [1, 2, 3, 4, 5, 1_000].map((attempt) => backoffMs(attempt, policy, () => 0.999_999));
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  it('spreads over the upper half, and never waits less than the lower', () => {
    assert.equal(
      backoffMs(3, policy, () => 0),
      2_000,
    );
    assert.equal(
      backoffMs(3, policy, () => 0.5),
      3_000,
    );
  });

  it('takes what comes before a first attempt as the first', () => {
    assert.equal(
      backoffMs(0, policy, () => 0),
      500,
    );
  });
});
