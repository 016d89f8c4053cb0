import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { JobSlots } from '../../src/jobs/job-slots.js';

describe('slots of a process', () => {
  it('are given to the highest priority that waits, then to whom has waited longest', async () => {
    const slots = new JobSlots(1);
    const got: string[] = [];
    const releases: (() => void)[] = [];
    const ask = (name: string, priority: number): void => {
      void slots.acquire(priority).then((release) => {
        got.push(name);
        releases.push(release);
      });
    };
    ask('first', 0);
    await nextTurn();
    ask('low', -5);
    ask('usual', 0);
    ask('high', 9);
    ask('usual too', 0);
    for (let left = 4; left > 0; left--) {
      const release = releases.at(-1);
      release?.();
      release?.(); // Given back once only.
      await nextTurn();
    }
    assert.deepEqual(got, ['first', 'high', 'usual', 'usual too', 'low']);
  });
});
