import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { compileFeelExpression, compileFeelValue } from '../../../src/definitions/feel/index.js';
import { contextOf, evaluate } from './expression-table.js';

describe('compiling FEEL', () => {
  it('names the variables that an expression reads, sorted and once', () => {
    const compiled = compileFeelExpression(
      'order.total > limit and order.vip and some x in items satisfies x.price > y and partial = 1',
    );
    assert.ok(compiled.ok);
    assert.deepEqual(compiled.variables, ['items', 'limit', 'order', 'partial', 'y']);
  });

  it('names no local ones', () => {
    const compiled = compileFeelExpression(
      '{a: 1, b: a, f: function(x) x + a, c: for i in [a] return i + count(partial), d: [1][item > b]}',
    );
    assert.ok(compiled.ok);
    assert.deepEqual(compiled.variables, []);
  });

  it('names ? where it is read', () => {
    const compiled = compileFeelExpression('? > 5 and 1 in (? > 0)');
    assert.ok(compiled.ok);
    assert.deepEqual(compiled.variables, ['?']);
    assert.equal(compiled.evaluate(contextOf({ '?': 6 })), true);
  });

  it('gives the same answer again, whatever was evaluated in between', () => {
    const compiled = compileFeelExpression('for x in xs return {v: x, s: sum(append(partial.v, x))}');
    assert.ok(compiled.ok);
    const first = compiled.evaluate(contextOf({ xs: [1, 2] }));
    assert.deepEqual(compiled.evaluate(contextOf({ xs: [5] })), [{ v: 5, s: 5 }]);
    assert.deepEqual(compiled.evaluate(contextOf({ xs: [1, 2] })), first);
  });

  it('can be evaluated while it is being evaluated', () => {
    const compiled = compileFeelExpression('for i in 1..2 return i * x');
    assert.ok(compiled.ok);
    let inner: unknown = null;
    const answer = compiled.evaluate({
      now: 0,
      get: () => {
        inner ??= compiled.evaluate(contextOf({ x: 10 }));
        return 2;
      },
    });
    assert.deepEqual(inner, [10, 20]);
    assert.deepEqual(answer, [2, 4]);
  });

  it('hands back what came from the host as it was', () => {
    const order = { total: 1, lines: [{ sku: 'a' }] };
    assert.equal(evaluate('order', { order }), order);
    assert.equal(evaluate('order.lines[1]', { order }), order.lines[0]);
    assert.equal((evaluate('{kept: order}', { order }) as { kept: unknown }).kept, order);
  });

  it('answers plain objects', () => {
    const answer = evaluate('{a: {b: [@"2024-01-01", [1..2], function(x) x]}}');
    assert.deepEqual(answer, { a: { b: ['2024-01-01', '[1..2]', null] } });
    assert.equal(Object.getPrototypeOf(answer), Object.prototype);
  });

  it('knows only the time that the context has', () => {
    const compiled = compileFeelExpression('now()');
    assert.ok(compiled.ok);
    assert.equal(compiled.evaluate({ get: () => undefined, now: 0 }), '1970-01-01T00:00:00Z');
    assert.equal(compiled.evaluate({ get: () => undefined, now: 1_500.9 }), '1970-01-01T00:00:01.5Z');
  });

  it('reads only the variables it needs', () => {
    const read: string[] = [];
    const compiled = compileFeelExpression('a and b and c');
    assert.ok(compiled.ok);
    const answer = compiled.evaluate({ now: 0, get: (name) => (read.push(name), name !== 'b') });
    assert.equal(answer, false);
    assert.deepEqual(read, ['a', 'b']);
  });

  it('lets built-in functions be hidden by local ones only', () => {
    assert.equal(evaluate('{floor: function(x) "mine", y: floor(1.5)}.y'), 'mine');
    assert.equal(evaluate('floor(1.5)', { floor: 3 }), 1);
  });

  it('answers FEEL values where JSON is not wanted', () => {
    const compiled = compileFeelValue('[@"2024-01-01"]');
    assert.ok(compiled.ok);
    assert.deepEqual(String(compiled.evaluate(contextOf())), '2024-01-01');
  });
});

type Refusal = readonly [source: string, message: string, position: number];

const refusals: readonly Refusal[] = [
  ['', 'Expected an expression but found the end of the expression.', 0],
  ['   ', 'Expected an expression but found the end of the expression.', 3],
  ['1 +', 'Expected an expression after the operator but found the end of the expression.', 3],
  ['a and', 'Expected an expression after the operator but found the end of the expression.', 5],
  ['a && b', "Expected an operator or the end of the expression but found '&'.", 2],
  ['a == b', "Expected a value but found '='.", 3],
  ['a <> b', "Expected a value but found '>'.", 3],
  ['not a', "Expected 'not(…)' but found the name 'not a'.", 0],
  ['= 5', "Expected a value before '=' but found none.", 0],
  ['1 2', "Expected an operator or the end of the expression but found '2'.", 2],
  ['a, b', "Expected an operator or the end of the expression but found ','.", 1],
  ['a;', "Expected an operator or the end of the expression but found ';'.", 1],
  ["'abc'", "Expected an expression but found '''.", 0],
  ['"abc', "Expected '\"' at the end of the string but found the end of the expression.", 0],
  ['"a" + "b\\"', "Expected '\"' at the end of the string but found the end of the expression.", 6],
  ['(1', "Expected ')' but found the end of the expression.", 2],
  ['[1, 2', "Expected ']' but found the end of the expression.", 5],
  ['{a: 1', "Expected '}' but found the end of the expression.", 5],
  ['{a 1}', "Expected ':' and an expression but found '}'.", 4],
  ['count(xs', "Expected ')' but found the end of the expression.", 8],
  ['if a', "Expected 'then' but found the end of the expression.", 4],
  ['if a then b', "Expected 'else' but found the end of the expression.", 11],
  ['for x in xs', "Expected 'return' but found the end of the expression.", 11],
  ['some x in xs', "Expected 'satisfies' but found the end of the expression.", 12],
  ['for x xs return 1', "Expected 'in' but found 'return'.", 9],
  ['x.', "Expected a name after '.' but found the end of the expression.", 2],
  ['x instance of', 'Expected a type but found the end of the expression.', 13],
  ['x instance of money', "Expected the name of a FEEL type but found 'money'.", 14],
  ['function(x: money) x', "Expected the name of a FEEL type but found 'money'.", 12],
  ['${amount > 1}', "Expected an expression but found '$'.", 0],
  ['foo(1)', "Expected the name of a FEEL function but found 'foo'.", 0],
  ['1 + to string(1)', "Expected the name of a FEEL function but found 'to string'.", 4],
  ['items[foo(item) > 1]', "Expected the name of a FEEL function but found 'foo'.", 6],
  [
    'uuid()',
    "Expected the name of a FEEL function but found 'uuid': an expression gives the same answer whenever it is evaluated.",
    0,
  ],
  [
    'random number()',
    "Expected the name of a FEEL function but found 'random number': an expression gives the same answer whenever it is evaluated.",
    0,
  ],
  ['constructor()', "Expected the name of a FEEL function but found 'constructor'.", 0],
  ['count()', 'Expected count(list) but found 0 arguments.', 0],
  ['count(a, b)', 'Expected count(list) but found 2 arguments.', 0],
  ['1 + substring("a")', 'Expected substring(string, start position, length?) but found 1 argument.', 4],
  [
    'substring(string: "a", from: 1)',
    "Expected substring(string, start position, length?) but found arguments named 'string', 'from'.",
    0,
  ],
  ['date(1, 2)', 'Expected date(from) or date(year, month, day) but found 2 arguments.', 0],
  ['append([])', 'Expected append(list, item, …) but found 1 argument.', 0],
  ['is defined()', 'Expected is defined(value) but found 0 arguments.', 0],
  ['{a: 1, a: 2}', "Expected each key once but found again 'a'.", 7],
  ['{__proto__: 1}', "Expected another key than '__proto__'.", 1],
  ['1e400', 'Expected a number that a double can hold but found 1e400.', 0],
  ['function(x) external {java: {class: "A"}}', "Expected a FEEL function but found 'external'.", 12],
];

describe('FEEL that does not compile', () => {
  for (const [source, message, position] of refusals) {
    it(`${source || 'nothing'} is refused at ${position}: ${message}`, () => {
      assert.deepEqual(compileFeelExpression(source), { ok: false, message, position });
    });
  }
});
