import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ElementInstances } from '../../src/engine/element-instances.js';
import type { ElementInstance } from '../../src/engine/state.js';

const seed = process.env.SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(process.env.SEED);

/** Keys near one another, as they are given out, and such as need further levels. */
const key = fc.oneof(fc.nat(40), fc.nat(5_000), fc.integer({ min: 2 ** 31 - 40, max: 2 ** 31 - 1 }));
const change = fc.record({ key, elementId: fc.option(fc.constantFrom('a', 'b', 'c')) });

describe(`element instances (SEED=${seed})`, () => {
  it('are what an object with the same keys is, in all that can be asked, and leave earlier ones as they were', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const record: Record<number, ElementInstance> = {};
        const earlier: [ElementInstances, string][] = [];
        let instances = ElementInstances.empty;
        for (const { key, elementId } of changes) {
          earlier.push([instances, JSON.stringify(record)]);
          if (elementId === null) {
            delete record[key];
            instances = instances.delete(key);
          } else {
            record[key] = { elementId };
            instances = instances.set(key, record[key]);
          }
          assert.equal(instances.get(key), record[key]);
          assert.equal(instances.has(key), elementId !== null);
          const entries = Object.entries(record).map(([name, instance]) => [Number(name), instance]);
          assert.deepEqual(instances.entries(), entries);
          assert.deepEqual(
            [instances.size, instances.keys(), instances.values()],
            [entries.length, Object.keys(record).map(Number), Object.values(record)],
          );
          assert.deepEqual(instances, ElementInstances.of(record), 'Expected one structure for one content.');
        }
        for (const [before, text] of earlier) assert.equal(JSON.stringify(before), text);
      }),
      { seed, numRuns: 200 },
    );
  });

  it('differ when their content does', () => {
    const one = ElementInstances.of({ 0: { elementId: 'p' }, 300: { elementId: 'a' } });
    assert.notDeepEqual(one, one.set(300, { elementId: 'b' }));
    assert.notDeepEqual(one, one.delete(300));
    assert.notDeepEqual(one, one.set(301, { elementId: 'a' }));
  });

  it('have nothing under a number that is no key', () => {
    const instances = ElementInstances.of({ 0: { elementId: 'p' }, 5: { elementId: 'a' } });
    for (const other of [
      -1,
      -0.5,
      0.5,
      5.5,
      16,
      21,
      2 ** 31,
      2 ** 32,
      2 ** 32 + 5,
      NaN,
      Infinity,
      -Infinity,
    ]) {
      assert.equal(instances.get(other), undefined, `${other}`);
      assert.equal(instances.delete(other), instances);
    }
  });

  it('take no number that is no key', () => {
    for (const other of [-1, 0.5, 2 ** 31, NaN]) {
      assert.throws(
        () => ElementInstances.empty.set(other, { elementId: 'a' }),
        /Expected a key .* but found/,
      );
      assert.throws(
        () => ElementInstances.of({ [other]: { elementId: 'a' } }),
        /Expected a key .* but found/,
      );
    }
  });
});
