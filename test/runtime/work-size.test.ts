import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HOLD_TARGET_MS, WorkSize } from '../../src/runtime/loops/work-size.js';

/** Does pieces on a machine where a row costs so much; answers the time of each. */
function holds(msPerRow: readonly number[]): readonly number[] {
  const size = new WorkSize();
  return msPerRow.map((ms) => {
    const { rows } = size;
    size.note(rows, rows * ms);
    return rows * ms;
  });
}

describe('the size of a piece of clean-up', () => {
  it('grows to the target where rows cost little, and never leaps over 50 ms', () => {
    const all = holds(Array.from({ length: 60 }, () => 0.1));
    assert.ok(Math.max(...all) < 50, all.join());
    assert.ok(Math.abs((all.at(-1) ?? 0) - HOLD_TARGET_MS) < 2, all.join());
  });

  it('shrinks at once where rows cost more, down to five', () => {
    const all = holds([...Array.from({ length: 10 }, () => 0.1), ...Array.from({ length: 5 }, () => 4)]);
    assert.deepEqual(all.slice(-4), [20, 20, 20, 20]);
  });

  it('does not shrink below five where it is the commit that takes long, so that it comes to an end', () => {
    const size = new WorkSize();
    for (let piece = 0; piece < 50; piece += 1) size.note(size.rows, 30 + size.rows * 0.1);
    assert.equal(size.rows, 5);
  });

  it('grows very slowly for a hundred pieces after one that was over the bound', () => {
    const size = new WorkSize();
    for (let piece = 0; piece < 20; piece += 1) size.note(size.rows, size.rows * 0.1);
    const before = size.rows;
    size.note(size.rows, 100);
    const after = size.rows;
    assert.ok(after < before / 5, `${before} then ${after}`);
    for (let piece = 0; piece < 5; piece += 1) size.note(size.rows, size.rows * 0.1);
    assert.ok(size.rows < 2 * after);
    for (let piece = 0; piece < 200; piece += 1) size.note(size.rows, size.rows * 0.1);
    assert.equal(size.rows, before);
  });

  it('is bounded where they cost nothing, and unchanged by a piece that found none', () => {
    const size = new WorkSize();
    for (let piece = 0; piece < 100; piece += 1) size.note(size.rows, 0);
    assert.equal(size.rows, 500);
    size.note(0, 500);
    assert.equal(size.rows, 500);
  });
});
