import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { Batcher } from '../../src/jobs/batcher.js';

describe('a batcher', () => {
  it('sends together what comes together, and what comes meanwhile in the next call', async () => {
    const calls: (readonly number[])[] = [];
    let release: () => void = () => {};
    const batcher = new Batcher<number, number>(
      async (items) => {
        calls.push(items);
        await new Promise<void>((resolve) => (release = resolve));
        return items.map((item) => item * 10);
      },
      { most: 3, calls: 1 },
    );
    const first = Promise.all([1, 2].map((item) => batcher.add(item)));
    await nextTurn();
    const later = Promise.all([3, 4, 5, 6].map((item) => batcher.add(item)));
    await nextTurn();
    assert.deepEqual(calls, [[1, 2]]);
    release();
    assert.deepEqual(await first, [10, 20]);
    await nextTurn();
    assert.deepEqual(calls, [
      [1, 2],
      [3, 4, 5],
    ]);
    release();
    await nextTurn();
    await nextTurn();
    release();
    assert.deepEqual(await later, [30, 40, 50, 60]);
    assert.deepEqual(calls.at(-1), [6]);
  });

  it('gives everybody of a call its error, and goes on', async () => {
    let fails = true;
    const batcher = new Batcher<number, number>(
      async (items) => {
        if (fails) throw new Error('away');
        return items;
      },
      { most: 10, calls: 2 },
    );
    const both = await Promise.allSettled([batcher.add(1), batcher.add(2)]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    fails = false;
    assert.equal(await batcher.add(3), 3);
  });

  it('refuses a call that answers too few results', async () => {
    const batcher = new Batcher<number, number>(async () => [], { most: 10, calls: 1 });
    await assert.rejects(batcher.add(1), /Expected 1 results but found 0/);
  });
});
