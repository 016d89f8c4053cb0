import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { retryDelayMs, retryDelaysMs } from '../../src/webhooks/retry-schedule.js';

const seed = Number(process.env['SEED'] ?? 20261121);

describe('the schedule of retries', () => {
  it(`spreads by a tenth, goes on for three days, and is no sooner than Retry-After (seed ${seed})`, () => {
    const random = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.nat(11), random, fc.nat(200_000_000), (index, at, asked) => {
        const delay = retryDelaysMs[index] ?? 0;
        const own = retryDelayMs(index + 1, undefined, at) ?? assert.fail();
        assert.ok(Math.abs(own - delay) <= delay / 10 + 1);
        const later = retryDelayMs(index + 1, asked, at) ?? assert.fail();
        assert.ok(later >= own && later >= Math.min(asked, 86_400_000));
      }),
      { seed },
    );
    assert.equal(retryDelayMs(13, 5, 0.5), undefined);
    const hours = retryDelaysMs.reduce((sum, ms) => sum + ms, 0) / 3_600_000;
    assert.ok(hours > 71 && hours < 73);
  });
});
