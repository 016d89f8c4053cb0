import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { compileFeelUnaryTests } from '../../../src/definitions/feel/index.js';
import { contextOf } from './expression-table.js';
import type { Variables } from './expression-table.js';

type TestRow = readonly [test: string, input: unknown, passes: boolean, variables?: Variables];

const rows: readonly TestRow[] = [
  ['-', 1, true],
  ['-', null, true],
  ['5', 5, true],
  ['5', 6, false],
  ['5', '5', false],
  ['5', null, false],
  ['null', null, true],
  ['null', 1, false],
  ['"a"', 'a', true],
  ['"a", "b"', 'b', true],
  ['"a", "b"', 'c', false],
  ['not("a", "b")', 'c', true],
  ['not("a", "b")', 'a', false],
  ['not("a")', null, true],
  ['true', true, true],
  ['true', false, false],
  ['false', false, true],
  ['< 5', 4, true],
  ['< 5', 5, false],
  ['<= 5', 5, true],
  ['> 5', 6, true],
  ['>= 5', 5, true],
  ['= 5', 5, true],
  ['!= 5', 6, true],
  ['< 5', 'a', false],
  ['< 5', null, false],
  ['not(< 5)', null, false],
  ['< 1, > 9', 10, true],
  ['< 1, > 9', 5, false],
  ['[1..5]', 5, true],
  ['[1..5)', 5, false],
  ['(1..5]', 1, false],
  [']1..5[', 3, true],
  ['not([1..5])', 6, true],
  ['[1..5], 10', 10, true],
  ['["a".."f"]', 'c', true],
  ['? > 5', 6, true],
  ['? > 5', 5, false],
  ['? > 5 and ? < 10', 7, true],
  ['? > 5 and ? < 10', 10, false],
  ['starts with(?, "a")', 'abc', true],
  ['starts with(?, "a")', 'xbc', false],
  ['not(contains(?, "x"))', 'abc', true],
  ['count(?) > 1', [1, 2], true],
  ['some x in ? satisfies x > 2', [1, 3], true],
  ['list contains(?, 2)', [1, 2], true],
  ['[1, 2, 3]', 2, true],
  ['[1, 2, 3]', [1, 2, 3], true],
  ['xs', 2, true, { xs: [1, 2] }],
  ['x', 2, true, { x: 2 }],
  ['limit.max', 2, true, { limit: { max: 2 } }],
  ['> limit', 3, true, { limit: 2 }],
  ['[limit..9]', 3, true, { limit: 2 }],
  ['vip', 'anything', true, { vip: true }],
  ['vip', 'anything', false, { vip: false }],
  ['not(vip)', 'anything', true, { vip: false }],
  ['x + 1', 3, true, { x: 2 }],
  ['"a" + "b"', 'ab', true],
  ['> 1 // greater', 2, true],
];

describe('FEEL unary tests (DMN 1.4, 7.3.3)', () => {
  for (const [test, input, passes, variables] of rows) {
    it(`${test} ${passes ? 'lets' : 'does not let'} ${JSON.stringify(input)} pass`, () => {
      const compiled = compileFeelUnaryTests(test);
      assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
      assert.equal(compiled.evaluate(contextOf({ ...variables, '?': input })), passes);
    });
  }

  it('compares dates that are computed', () => {
    const compiled = compileFeelUnaryTests('date(?) < @"2024-02-01"');
    assert.ok(compiled.ok);
    assert.equal(compiled.evaluate(contextOf({ '?': '2024-01-31' })), true);
    assert.equal(compiled.evaluate(contextOf({ '?': '2024-02-01' })), false);
  });

  it('fails without a test', () => {
    const compiled = compileFeelUnaryTests('');
    assert.deepEqual(compiled, {
      ok: false,
      message: 'Expected an expression but found the end of the expression.',
      position: 0,
    });
  });
});
