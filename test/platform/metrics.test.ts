import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { largest } from '../../src/platform/metrics.js';

describe('the values of a label', () => {
  it('are those with the most, and one for all others, whatever they are called', () => {
    const counts = Array.from({ length: 1_000 }, (_, index) => [`p${index}`, index] as const);
    const told = largest(counts, 3);
    assert.deepEqual([...told.keys()], ['p999', 'p998', 'p997', 'other']);
    assert.equal(told.get('other'), (996 * 997) / 2);
    assert.deepEqual(
      [
        ...largest(
          [
            ['other', 5],
            ['a', 1],
          ],
          1,
        ),
      ],
      [['other', 6]],
    );
    assert.deepEqual(
      [
        ...largest(
          [
            ['a', 1],
            ['a', 2],
          ],
          1,
        ),
      ],
      [['a', 3]],
    );
  });
});
