import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FeelBudgetExceeded, compileFeelExpression } from '../../../src/definitions/feel/index.js';
import { contextOf, evaluate } from './expression-table.js';
import type { Variables } from './expression-table.js';

/** Long enough for a slow machine; what is not counted would run for minutes. */
const patienceMs = 10_000;

const wide = Array.from({ length: 5_000 }, (_, index) => index);
const long = 'a'.repeat(60_000);

type Excess = readonly [what: string, expression: string, variables?: Variables];

const excesses: readonly Excess[] = [
  ['a long range', 'for i in 1..1000000000 return i'],
  ['a long range downwards', 'for i in 1000000000..1 return i'],
  ['a long range in some', 'some i in 1..1000000000 satisfies false'],
  ['a long range in every', 'every i in 1..1000000000 satisfies true'],
  ['nested loops', 'for i in 1..10000 return for j in 1..10000 return j'],
  ['several iterators', 'for i in 1..10000, j in 1..10000 return 1'],
  ['iterators over nothing, many times', 'for i in 1..1000000, j in [] return 1'],
  ['filters in loops', 'for i in xs return xs[item > i]', { xs: wide }],
  ['functions over lists in loops', 'for i in xs return sum(xs)', { xs: wide }],
  ['paths over lists in loops', 'for i in 1..1000 return xs.a', { xs: wide }],
  ['equality of lists in loops', 'for i in 1..1000 return xs = ys', { xs: wide, ys: [...wide] }],
  ['equality of long strings in loops', 'for i in 1..90000 return a = b', { a: `${long}1`, b: `${long}2` }],
  ['a list that doubles', 'for i in 1..60 return concatenate(flatten(partial), flatten(partial), [1])'],
  ['a string that doubles', 'for i in 1..60 return if i = 1 then "ab" else partial[-1] + partial[-1]'],
  [
    'a string join that doubles',
    'for i in 1..60 return if i = 1 then "ab" else string join([partial[-1], partial[-1]])',
  ],
  [
    'a replacement that grows',
    'for i in 1..60 return if i = 1 then "aa" else replace(partial[-1], "a", "aaaa")',
  ],
  ['long strings made in loops', 'for i in 1..90000 return upper case(s)', { s: long }],
  ['long strings cut in loops', 'for i in 1..90000 return substring(s, 2)', { s: long }],
  ['text of shared lists', 'string((for i in 1..60 return [partial[-1], partial[-1]])[-1])'],
  [
    'equality of shared lists',
    '{a: (for i in 1..60 return [partial[-1], partial[-1]])[-1], b: (for i in 1..60 return [partial[-1], partial[-1]])[-1], c: a = b}',
  ],
  ['a result of shared lists', 'for i in 1..60 return [partial[-1], partial[-1]]'],
  ['a result of shared contexts', 'for i in 1..60 return {l: partial[-1], r: partial[-1]}'],
  ['a result that has a long string many times', 'for i in 1..20000 return s', { s: long }],
  [
    'a result that has a large variable many times',
    'for i in 1..20000 return v',
    { v: { s: long, xs: wide } },
  ],
  ['a result of contexts with long strings', 'for i in 1..20000 return {s: s}', { s: long }],
  ['recursion without an end', '(function(f) f(f))(function(f) f(f))'],
  [
    'recursion that fans out',
    '{f: function(n, self) if n = 0 then 1 else self(n - 1, self) + self(n - 1, self), r: f(60, f)}.r',
  ],
  ['a list nested too deep', 'string((for i in 1..5000 return [partial[-1]])[-1])'],
  ['a result nested too deep', '(for i in 1..5000 return [partial[-1]])[-1]'],
  [
    'a pattern that backtracks elsewhere',
    'for i in 1..100000 return matches(s, "^(a+)+$")',
    { s: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' },
  ],
  ['a pattern over long text', 'for i in 1..1000 return matches(s, "(a|b)*c")', { s: long }],
  ['a search that starts over at each character', 'extract(s, "a(.*b)?")', { s: long }],
  ['a pattern that is written out too long', 'matches("a", "((a{50}){50}){50}")'],
  ['a pattern of empty repetitions', 'matches("a", "(){1000000}")'],
  ['a pattern that is too long', 'matches("a", s)', { s: long }],
  ['a pattern nested too deep', `matches("a", "${'('.repeat(90)}a${')'.repeat(90)}")`],
  ['sorting in loops', 'for i in 1..1000 return sort(xs, function(x, y) x < y)', { xs: wide }],
  ['distinct values of contexts', 'distinct values(for i in 1..2000 return {k: i})'],
  ['removing items in loops', 'for i in 1..1000 return remove(xs, 1)', { xs: wide }],
  ['JSON in loops', 'for i in 1..90000 return from json(s)', { s: `["${long}"]` }],
  ['partial read in loops', 'for i in 1..5000 return partial'],
];

describe('the FEEL budget', function () {
  this.timeout(patienceMs);

  for (const [what, expression, variables] of excesses) {
    it(`ends ${what}`, () => {
      const compiled = compileFeelExpression(expression);
      assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
      assert.throws(() => compiled.evaluate(contextOf(variables)), FeelBudgetExceeded);
    });
  }

  it('is counted anew for each evaluation', () => {
    const compiled = compileFeelExpression('count(for i in 1..n return i)', { stepBudget: 100 });
    assert.ok(compiled.ok);
    for (let round = 0; round < 50; round++) assert.equal(compiled.evaluate(contextOf({ n: 40 })), 40);
    assert.throws(() => compiled.evaluate(contextOf({ n: 200 })), FeelBudgetExceeded);
    assert.equal(compiled.evaluate(contextOf({ n: 40 })), 40);
  });

  it('can be given', () => {
    assert.equal(evaluate('count(for i in 1..200000 return i)', {}, { stepBudget: 1_000_000 }), 200_000);
    assert.throws(() => evaluate('for i in 1..20 return i', {}, { stepBudget: 10 }), FeelBudgetExceeded);
  });

  it('does not hinder what is usual', () => {
    assert.equal(evaluate('count(xs[item > 10])', { xs: wide }), 4_989);
    assert.equal(evaluate('sum(for i in 1..10000 return i * 2)'), 100_010_000);
    assert.equal(evaluate('string length(upper case(s))', { s: long }), 60_000);
    assert.equal(
      evaluate('{f: function(n, self) if n = 0 then 0 else 1 + self(n - 1, self), r: f(50, f)}.r'),
      50,
    );
    assert.equal((evaluate('xs', { xs: Array(200_000).fill(1) }) as unknown[]).length, 200_000);
  });

  it('is named in the message', () => {
    const compiled = compileFeelExpression('for i in 1..10000000 return i');
    assert.ok(compiled.ok);
    assert.throws(() => compiled.evaluate(contextOf()), {
      name: 'FeelBudgetExceeded',
      message: 'Expected the expression to finish within 100000 steps but it needs more.',
    });
  });
});

describe('the bounds of FEEL sources', function () {
  this.timeout(patienceMs);

  const deep = 10_000;
  const sources: readonly (readonly [string, string])[] = [
    ['brackets', '('.repeat(deep) + '1' + ')'.repeat(deep)],
    ['lists', '['.repeat(deep / 2) + ']'.repeat(deep / 2)],
    ['contexts', '{a:'.repeat(3_000) + '1' + '}'.repeat(3_000)],
    ['open brackets', '('.repeat(deep)],
    ['signs', '-'.repeat(3_000) + 'x'],
    ['conditionals', 'if a then '.repeat(800) + '1' + ' else 2'.repeat(800)],
    ['else branches', 'if a then 1 else '.repeat(900) + '2'],
    ['functions', 'function(a) '.repeat(1_000) + '1'],
    ['calls', 'a' + '(1)'.repeat(5_000)],
    ['paths', 'a' + '.b'.repeat(5_000)],
    ['filters', 'a' + '[1]'.repeat(5_000)],
    ['loops', 'for a in b return '.repeat(800) + '1'],
    ['length', '1 + '.repeat(20_000) + '1'],
    ['declared names', `{${Array.from({ length: 2_000 }, (_, index) => `a${index}:1`).join(',')}}`],
  ];

  for (const [what, source] of sources) {
    it(`refuse too many ${what} with a message`, () => {
      const compiled = compileFeelExpression(source);
      assert.ok(!compiled.ok);
      assert.match(compiled.message, /^Expected /);
    });
  }

  it('leave room for what is usual', () => {
    const row = Array.from({ length: 200 }, (_, index) => `x = ${index}`).join(' or ');
    assert.equal(evaluate(row, { x: 199 }), true);
    const list = `x in (${Array.from({ length: 2_000 }, (_, index) => index).join(', ')})`;
    assert.equal(evaluate(list, { x: 1_999 }), true);
    assert.equal(evaluate('('.repeat(90) + 'x' + ')'.repeat(90), { x: 1 }), 1);
    assert.equal(evaluate('if false then 1 else '.repeat(150) + '2'), 2);
  });
});
