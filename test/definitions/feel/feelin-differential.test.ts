import assert from 'node:assert/strict';
import fc from 'fast-check';
import { evaluate as evaluateWithFeelin } from 'feelin';
import { describe, it } from 'mocha';
import { evaluate } from './expression-table.js';
import type { Variables } from './expression-table.js';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const numRuns = 500;

const variables: Variables = {
  amount: 150,
  rate: -2.5,
  name: 'Ada',
  vip: true,
  numbers: [3, 1, 2],
  order: { total: 20, status: 'open', prices: [4, 5] },
  items: [
    { sku: 'a', price: 1 },
    { sku: 'b', price: 2 },
  ],
};

type Source = fc.Arbitrary<string>;

interface Sources {
  readonly number: string;
  readonly text: string;
  readonly condition: string;
  readonly numbers: string;
  readonly day: string;
  readonly days: string;
  readonly months: string;
}

/** A template with holes named by type: `(<number> + <number>)`. */
function filled(template: string, tie: fc.LetrecTypedTie<Sources>): Source {
  const holes = [...template.matchAll(/<(\w+)>/g)].map((match) => tie(match[1] as keyof Sources));
  return fc.tuple(...holes).map((parts) => {
    let next = 0;
    return template.replace(/<\w+>/g, () => parts[next++] ?? '');
  });
}

const depth = { maxDepth: 4, depthSize: 'small' } as const;

/** Well-typed expressions: what engines agree on is the language; what they do with nonsense is listed below. */
const sources = fc.letrec<Sources>((tie) => {
  const kind = (leaves: Source, templates: readonly string[]): Source =>
    fc.oneof({ ...depth, withCrossShrink: true }, leaves, ...templates.map((template) => filled(template, tie)));
  return {
    number: kind(fc.oneof(fc.integer({ min: -9, max: 40 }).map(String), fc.constantFrom('0.5', '2.25', 'amount', 'rate', 'order.total', 'numbers[1]', 'numbers[-1]', 'items[2].price', 'order.prices[2]')), [
      '(<number> + <number>)', '(<number> - <number>)', '(<number> * <number>)', '(<number> / <number>)', '(- <number>)',
      '(if <condition> then <number> else <number>)', 'abs(<number>)', 'floor(<number>)', 'ceiling(<number>)', 'modulo(<number>, 7)', 'decimal(<number>, 1)',
      'sqrt(abs(<number>))', 'count(<numbers>)', 'sum(<numbers>)', 'min(<numbers>)', 'max(<numbers>)', 'mean(<numbers>)', 'median(<numbers>)', 'product(<numbers>)',
      'min(<number>, <number>)', 'string length(<text>)', '<day>.year', '<day>.month', '<day>.weekday', '<days>.days', 'day of year(<day>)', '{p: <number>, q: p + <number>}.q',
      '(function(x, y) x + 2 * y)(<number>, <number>)', 'number("12.5") + <number>', 'get value({k: <number>}, "k")', 'partial_or(<number>)'.replace('partial_or', 'abs'),
    ]),
    text: kind(fc.constantFrom('"abc"', '"b"', '""', '"Grüße"', '"x y"', 'name', 'order.status', 'items[1].sku'), [
      '(<text> + <text>)', 'upper case(<text>)', 'lower case(<text>)', 'substring(<text>, 2)', 'substring(<text>, 1, 2)', 'substring before(<text>, "b")',
      'substring after(<text>, "b")', '(if <condition> then <text> else <text>)', 'string(<number> > 3)', 'replace(<text>, "[ab]+", "-")', 'string join(split(<text>, "b"), "/")',
      'string(<day>)', 'string(<days>)', 'string(<months>)', 'day of week(<day>)', 'month of year(<day>)', '[<text>, <text>][2]', 'string join(["x", <text>], ",")',
    ]),
    condition: kind(fc.constantFrom('true', 'false', 'vip'), [
      '(<number> < <number>)', '(<number> <= <number>)', '(<number> > <number>)', '(<number> >= <number>)', '(<number> = <number>)', '(<number> != <number>)',
      '(<text> = <text>)', '(<text> != <text>)', '(<text> < <text>)', '(<condition> and <condition>)', '(<condition> or <condition>)', 'not(<condition>)',
      '(<number> between 1 and 20)', '(<number> in [1..20])', '(<number> in (1..20))', '(<number> in ]1..20])', '(<number> in (> 3))', '(<number> in (1, 2, > 10))', '(<number> in <numbers>)',
      '(some i in <numbers> satisfies i > 2)', '(every i in <numbers> satisfies i > 2)', 'contains(<text>, "b")', 'starts with(<text>, "a")', 'ends with(<text>, "c")',
      'list contains(<numbers>, 2)', '(<day> < <day>)', '(<day> = <day>)', '(<days> >= <days>)', '(<months> < <months>)', 'matches(<text>, "^[a-c]+$")', 'all([<condition>, <condition>])',
      'any([<condition>, <condition>])', '(<number> instance of number)', '(<text> instance of number)', '(missing = null)', '(<number> = missing)', 'before(<number>, <number>)', 'before([1..3], <number>)',
      'includes([1..9], <number>)', 'odd(floor(<number>))', 'even(floor(<number>))', '([<number>] = [<number>])', '({k: <number>} = {k: <number>})', 'is(<number>, <number>)',
      '(if <condition> then <condition> else <condition>)', '(<condition> = <condition>)',
    ]),
    numbers: kind(fc.constantFrom('numbers', 'order.prices', 'items.price', '[1, 2]', '[7]'), [
      '[<number>, <number>]', '[<number>, <number>, <number>]', '(for i in <numbers> return i * 2)', '(for i in 1..3 return i + <number>)', '(for i in <numbers>, j in [1, 2] return i + j)',
      'append(<numbers>, <number>)', 'concatenate(<numbers>, <numbers>)', 'reverse(<numbers>)', 'sort(<numbers>, function(x, y) x < y)', 'distinct values(<numbers>)', 'union(<numbers>, <numbers>)',
      'sublist(<numbers>, 1, 1)', 'flatten([<numbers>, [<number>]])', 'remove(<numbers>, 1)', 'insert before(<numbers>, 1, <number>)', 'index of(<numbers>, 2)',
      '(if <condition> then <numbers> else <numbers>)', 'list replace(<numbers>, 1, <number>)', 'mode(<numbers>)', '<numbers>[item > 1]',
    ]),
    day: kind(fc.constantFrom('@"2024-02-29"', '@"1999-12-31"', 'date("2023-01-15")', 'date(2020, 5, 17)'), ['(<day> + <days>)', '(<day> - <months>)', '(<day> + <months>)']),
    days: kind(fc.constantFrom('@"P1D"', '@"P40D"', 'duration("-P3D")', '@"P1DT12H"', '@"PT24H"'), ['(<days> + <days>)', '(<days> - <days>)', '(<day> - <day>)', '(<days> * 2)']),
    months: kind(fc.constantFrom('@"P1M"', '@"P14M"', 'duration("P1Y")', 'duration("-P2Y3M")'), ['(<months> + <months>)', '(<months> - <months>)', 'years and months duration(<day>, <day>)']),
  };
});

describe(`FEEL beside feelin, seed ${seed}`, () => {
  for (const [kind, source] of Object.entries(sources)) {
    it(`agrees on expressions that give ${kind}`, () => {
      fc.assert(
        fc.property(source, (expression) => {
          assert.deepEqual(plain(evaluate(expression, variables)), plain(feelin(expression)), expression);
        }),
        { seed, numRuns },
      );
    });
  }
});

function feelin(expression: string): unknown {
  return evaluateWithFeelin(expression, { ...variables }).value;
}

/** Values as both engines can have them: numbers to twelve digits, temporal values as their text. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? Number(value.toPrecision(12)) + 0 : null;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (Object.getPrototypeOf(value) !== Object.prototype) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}
