import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { compareAll } from './compare.js';
import type { Comparison } from './compare.js';
import { disagreements, notCompared } from './differences.js';

describe('second opinion of bpmn-engine', function () {
  this.timeout(180_000);
  let comparisons: ReadonlyMap<string, Comparison> = new Map();

  before(async () => {
    comparisons = await compareAll();
  });

  const named = (outcome: Comparison['outcome']) =>
    [...comparisons].flatMap(([name, comparison]) => (comparison.outcome === outcome ? [name] : [])).sort();

  it('is the same in most scenarios', () => {
    assert.ok(
      named('agreed').length >= 40,
      `Expected 40 scenarios or more but found ${named('agreed').length}.`,
    );
  });

  it('differs nowhere but where it is known to', () => {
    const known = new Set(Object.values(disagreements).flat());
    const unknown = [...comparisons].filter(
      ([name, { outcome }]) => outcome === 'disagreed' && !known.has(name),
    );
    assert.deepEqual(unknown, []);
  });

  for (const [clause, names] of Object.entries(disagreements)) {
    for (const name of names) {
      it(`differs: ${name} (BPMN 2.0.2 ${clause})`, () => {
        assert.equal(comparisons.get(name)?.outcome, 'disagreed');
      });
    }
  }

  it('is asked wherever both engines can be driven', () => {
    const found: Record<string, string[]> = {};
    for (const name of named('not-compared')) {
      const comparison = comparisons.get(name);
      if (comparison?.outcome === 'not-compared') (found[comparison.reason] ??= []).push(name);
    }
    assert.deepEqual(found, notCompared);
  });
});
