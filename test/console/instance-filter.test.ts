import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { instanceFilter } from '../../src/console/instance-filter.js';
import { everyInstance } from '../../src/console/route.js';
import { searchProcessInstances } from '../../src/contract/process-instances.js';

/** The filter for what was written, which the contract must take. */
function filterOf(written: Partial<typeof everyInstance>): object {
  const filter = instanceFilter({ ...everyInstance, ...written });
  searchProcessInstances.request.body.parse({ filter });
  return filter;
}

describe('the search for instances', () => {
  it('has no condition where nothing was written', () => {
    assert.deepEqual(filterOf({}), {});
  });

  it('takes a business key exactly, or with * and ?', () => {
    assert.deepEqual(filterOf({ businessKey: 'A-1' }), { businessKey: 'A-1' });
    assert.deepEqual(filterOf({ businessKey: 'A-*' }), { businessKey: { $like: 'A-*' } });
  });

  it('finds a state, or incidents in any state', () => {
    assert.deepEqual(filterOf({ state: 'completed' }), { state: 'completed' });
    assert.deepEqual(filterOf({ state: 'incident' }), { hasIncident: true });
  });

  it('reads the value of a variable as JSON where it is some, else as text', () => {
    for (const [written, value] of [
      ['7', 7],
      ['"7"', '7'],
      ['true', true],
      ['mobile', 'mobile'],
      ['{"a": [1]}', { a: [1] }],
      ['{a', '{a'],
      ['', ''],
    ] as const) {
      assert.deepEqual(filterOf({ variableName: 'x', variableValue: written }), {
        variables: [{ name: 'x', value }],
      });
    }
  });
});
