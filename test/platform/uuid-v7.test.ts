import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createUuidV7 } from '../../src/platform/uuid-v7.js';

const zeroes = (size: number): Uint8Array => new Uint8Array(size);
const ones = (size: number): Uint8Array => new Uint8Array(size).fill(0xff);

function sorted(ids: readonly string[]): readonly string[] {
  return [...ids].sort();
}

describe('createUuidV7', () => {
  it('lays out time, version and variant as RFC 9562 says', () => {
    const atMs = 0x017f22e279b0;
    const [lowest, highest] = [zeroes, ones].map((randomBytes) =>
      createUuidV7({ now: () => atMs, randomBytes })(),
    );
    assert.equal(lowest, '017f22e2-79b0-7000-8000-000000000000');
    assert.equal(highest, '017f22e2-79b0-77ff-bfff-ffffffffffff');
  });

  it('makes different ids of version 7 from real randomness', () => {
    const next = createUuidV7({ now: Date.now });
    const ids = Array.from({ length: 1000 }, next);
    for (const id of ids)
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(new Set(ids).size, ids.length);
    const others = createUuidV7({ now: () => 0 });
    assert.notEqual(others(), createUuidV7({ now: () => 0 })());
  });

  it('sorts ids of one millisecond in the order of their making', () => {
    const next = createUuidV7({ now: () => 1_700_000_000_000 });
    const ids = Array.from({ length: 5000 }, next);
    assert.deepEqual(ids, sorted(ids));
  });

  it('sorts ids in the order of their making when the clock steps back', () => {
    let nowMs = 1_700_000_000_000;
    const next = createUuidV7({ now: () => nowMs });
    const ids: string[] = [];
    for (const stepMs of [0, -1, -3_600_000, 5, 3_600_000, -2, 10]) {
      nowMs += stepMs;
      ids.push(next(), next());
    }
    assert.deepEqual(ids, sorted(ids));
    assert.equal(new Set(ids).size, ids.length);
  });

  it('carries the counter over all of its 32 bits', () => {
    const counterJustBelow2to20 = Uint8Array.of(0, 0, 0, 0, 0, 0, 0x00, 0x1f, 0xff, 0xfe);
    const next = createUuidV7({ now: () => 0, randomBytes: () => counterJustBelow2to20 });
    assert.equal(next(), '00000000-0000-7000-bfff-fc0000000000');
    assert.equal(next(), '00000000-0000-7001-8000-000000000000');
  });

  it('refuses a time that 48 bits do not hold', () => {
    assert.throws(
      () => createUuidV7({ now: () => -1 })(),
      /between 0 and 2\^48-1 ms for a UUIDv7 but found -1/,
    );
    assert.throws(() => createUuidV7({ now: () => Number.NaN })(), RangeError);
    assert.throws(() => createUuidV7({ now: () => 2 ** 48 })(), RangeError);
  });
});
