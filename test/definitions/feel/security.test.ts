import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  FeelBudgetExceeded,
  compileFeelExpression,
  compileFeelUnaryTests,
} from '../../../src/definitions/feel/index.js';
import { contextOf, evaluate, itEvaluates } from './expression-table.js';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

describe('FEEL and the host', () => {
  const x = { a: 1, list: [1, 2], text: 'abc' };
  itEvaluates([
    ['x.constructor', null, { x }],
    ['x.__proto__', null, { x }],
    ['x.toString', null, { x }],
    ['x.hasOwnProperty', null, { x }],
    ['x.list.length', [null, null], { x }],
    ['x.text.length', null, { x }],
    ['x.list.constructor', [null, null], { x }],
    ['[x][constructor = 1]', [], { x }],
    ['[x][constructor != null]', [], { x }],
    ['get value(x, "constructor")', null, { x }],
    ['get value(x, "__proto__")', null, { x }],
    ['get value(x, ["__proto__", "constructor"])', null, { x }],
    ['is defined(x.constructor)', false, { x }],
    ['{a: 1}.constructor', null],
    ['{a: 1}.__proto__', null],
    ['{constructor: 1}.constructor', 1],
    ['[].constructor', []],
    ['"a".constructor', null],
    ['@"2024-01-01".constructor', null],
    ['@"2024-01-01".type', null],
    ['[1..2].constructor', null],
    ['(function(x) x).constructor', null],
    ['(function(x) x).call', null],
    ['x.toString()', null, { x }],
    ['x.list.push(1)', null, { x }],
    ['context put({}, "__proto__", {polluted: 1})', {}],
    ['context put({a: 1}, ["__proto__", "polluted"], 1)', null],
    ['context([{key: "__proto__", value: {polluted: 1}}])', {}],
    ['context merge([from json("{\\"__proto__\\": {\\"polluted\\": 1}}"), {a: 1}])', { a: 1 }],
    ['get entries(from json("{\\"__proto__\\": 1, \\"a\\": 2}"))', [{ key: 'a', value: 2 }]],
    ['from json("{\\"__proto__\\": {\\"polluted\\": 1}}").polluted', null],
  ]);

  it('never calls what the host has in its variables', () => {
    let calls = 0;
    const trap = (): number => ++calls;
    const variables = { f: trap, o: { f: trap, toString: trap, valueOf: trap, toJSON: trap } };
    assert.equal(evaluate('f', variables), null);
    assert.equal(evaluate('o.f(1)', variables), null);
    assert.equal(evaluate('o + 1', variables), null);
    assert.equal(evaluate('o < 1', variables), null);
    assert.equal(evaluate('o = 1', variables), null);
    assert.equal(evaluate('{g: o.f}.g(1)', variables), null);
    assert.equal(evaluate('sort([o, 1], o.f)', variables), null);
    evaluate('string(o)', variables);
    assert.equal(calls, 0);
  });

  it('leaves all prototypes and the variables as they were', () => {
    const order = Object.freeze({ lines: Object.freeze([3, 1, 2]), total: 1 });
    const before = JSON.stringify(order);
    evaluate('sort(order.lines, function(x, y) x < y)', { order });
    evaluate('reverse(order.lines)', { order });
    evaluate('append(order.lines, 4)', { order });
    evaluate('context put(order, "total", 2)', { order });
    evaluate('context merge([order, {__x: 1}])', { order });
    assert.equal(JSON.stringify(order), before);
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  it('takes what JSON cannot say as null', () => {
    for (const x of [undefined, Symbol('s'), 10n, Number.NaN, Number.POSITIVE_INFINITY, () => 1]) {
      assert.equal(evaluate('x', { x }), null);
    }
  });
});

describe('FEEL from anyone', () => {
  const tokens = fc.constantFrom(
    ...'( ) [ ] { } , : . .. + - * / ** = != < <= > >= " \\ @ ? ; ` // /* */ if then else for in return some every satisfies and or not between instance of function external null true false item partial a b x 1 2 0.5 "s" date time duration get else defined __proto__ constructor list context number'.split(
      ' ',
    ),
    ' ',
    '\n',
    '\u0000',
    '😀',
    '\ud800',
  );

  it(`compiles or is refused, and evaluates or runs out of budget, but nothing else; seed ${seed}`, function () {
    this.timeout(30_000);
    const sources = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(tokens, { maxLength: 25 }).map((all) => all.join(' ')),
      fc.array(tokens, { maxLength: 25 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(sources, (source) => {
        for (const compiled of [
          compileFeelExpression(source, { stepBudget: 1_000 }),
          compileFeelUnaryTests(source, { stepBudget: 1_000 }),
        ]) {
          if (!compiled.ok) {
            assert.match(compiled.message, /^Expected /);
            assert.ok(compiled.position >= 0 && compiled.position <= source.length);
            continue;
          }
          try {
            const answer = compiled.evaluate(contextOf({ a: 1, b: 'x', x: { a: [1, { b: 2 }] }, '?': 3 }));
            assert.deepEqual(JSON.parse(JSON.stringify(answer)), answer);
          } catch (error) {
            assert.ok(error instanceof FeelBudgetExceeded, String(error));
          }
        }
      }),
      { seed, numRuns: Number(process.env.RUNS ?? 600) },
    );
  });
});
