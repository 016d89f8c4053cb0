import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { TooManyWaiting, Turns } from '../../src/platform/turns.js';
import { createGate } from '../support/gate.js';

describe('turns', () => {
  it('let so many work at once, the others in the order in which they came', async () => {
    const turns = new Turns({ atOnce: 2, waiting: 10 });
    const gates = Array.from({ length: 5 }, () => createGate());
    const began: number[] = [];
    const all = gates.map((gate, index) =>
      turns.during(async () => {
        began.push(index);
        await gate.opened;
        return index;
      }),
    );
    assert.deepEqual(began, [0, 1]);
    for (const gate of gates) gate.open();
    assert.deepEqual(await Promise.all(all), [0, 1, 2, 3, 4]);
    assert.deepEqual(began, [0, 1, 2, 3, 4]);
    assert.equal(await turns.during(async () => 'free again'), 'free again');
  });

  it('refuse who finds too many waiting, and go on after work that fails', async () => {
    const turns = new Turns({ atOnce: 1, waiting: 1 });
    const gate = createGate();
    const first = turns.during(async () => {
      await gate.opened;
      throw new Error('failed');
    });
    const second = turns.during(async () => 'second');
    await assert.rejects(
      turns.during(async () => 'third'),
      TooManyWaiting,
    );
    gate.open();
    await assert.rejects(first, /failed/);
    assert.equal(await second, 'second');
  });
});
