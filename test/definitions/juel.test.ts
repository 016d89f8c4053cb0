import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { compileJuel } from '../../src/definitions/juel/compile-juel.js';
import type { JsonValue } from '../../src/engine/json.js';

const variables: Readonly<Record<string, JsonValue>> = {
  name: 'Ada',
  age: 36,
  text: '12',
  yes: true,
  no: false,
  nothing: null,
  list: [1, 2, 3],
  none: [],
  order: { total: 120.5, lines: [{ sku: 'a' }, { sku: 'b', 'net price': 9 }] },
};

const context = {
  now: 0,
  get: (name: string) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
};

function value(text: string): JsonValue {
  const compiled = compileJuel(text);
  assert.ok(compiled.ok, compiled.ok ? '' : `${text}: ${compiled.message}`);
  return compiled.evaluate(context);
}

function mistake(text: string): { readonly message: string; readonly position: number } {
  const compiled = compileJuel(text);
  assert.ok(!compiled.ok, `Expected ${text.slice(0, 60)} to be refused but it was taken.`);
  return compiled;
}

describe('expressions in ${}', () => {
  const cases: readonly (readonly [string, JsonValue])[] = [
    ['${1}', 1],
    ['#{1.5e2}', 150],
    ["${'it\\'s'}", "it's"],
    ['${"}"}', '}'],
    ['${true}', true],
    ['${null}', null],
    ['${age}', 36],
    ['${missing}', null],
    ['${order.total}', 120.5],
    ["${order['lines'][1].sku}", 'b'],
    ["${order.lines[1]['net price']}", 9],
    ['${order.lines[7].sku}', null],
    ['${missing.a.b}', null],
    ['${name.length}', null],
    ['${list.length}', null],
    ['${order.constructor}', null],
    ['${order.__proto__}', null],
    ['${__proto__}', null],
    ['${1 + 2 * 3}', 7],
    ['${(1 + 2) * 3}', 9],
    ['${7 - 2 - 1}', 4],
    ['${7 / 2}', 3.5],
    ['${7 div 2}', 3.5],
    ['${7 % 4}', 3],
    ['${7 mod 4}', 3],
    ['${-age + 1}', -35],
    ['${- -age}', 36],
    ['${text + 1}', 13],
    ['${age == 36}', true],
    ['${age eq 36}', true],
    ["${age == '36'}", true],
    ["${name == 'Ada'}", true],
    ["${name != 'Ada'}", false],
    ["${name ne 'Bob'}", true],
    ['${nothing == null}', true],
    ['${missing == null}', true],
    ["${yes == 'true'}", true],
    ['${order.lines[0] == order.lines[0]}', true],
    ['${order.lines[0] == order.lines[1]}', false],
    ['${age > 18 && age < 65}', true],
    ['${age gt 18 and age le 36}', true],
    ['${age ge 37 or age lt 36}', false],
    ["${'a' < 'b'}", true],
    ['${text < 13}', true],
    ['${missing > 1}', null],
    ['${no && missing}', false],
    ['${yes || missing}', true],
    ['${yes && missing}', null],
    ['${no or missing}', null],
    ['${!yes}', false],
    ['${not yes}', false],
    ['${!missing}', null],
    ['${empty missing}', true],
    ['${empty none}', true],
    ["${empty ''}", true],
    ['${empty list}', false],
    ['${not empty list}', true],
    ['${!empty name && age > 1}', true],
    ["${age > 17 ? 'adult' : 'child'}", 'adult'],
    ['${no ? 1 : yes ? 2 : 3}', 2],
    ['${list}', [1, 2, 3]],
    ['${nullable}', null],
    ['Hello ${name}, you are ${age}', 'Hello Ada, you are 36'],
    ['${name}${age}', 'Ada36'],
    ['a${missing}b', 'ab'],
    ['x ${list} ${yes}', 'x [1,2,3] true'],
    ['\\${name} ${name}', '${name} Ada'],
    ['$ { # } \\ ${1} {}', '$ { # } \\ 1 {}'],
  ];
  for (const [text, expected] of cases) {
    it(`${text} is ${JSON.stringify(expected)}`, () => assert.deepEqual(value(text), expected));
  }

  for (const [text, message] of [
    ['${missing + 1}', /beside \+ but found null; is a variable missing\?/],
    ['${name * 2}', /beside \* but found the text "Ada"/],
    ['${list < 2}', /compared by < but found a list and 2/],
    ["${age < 'x'}", /two numbers or two texts/],
    ['${age && yes}', /true or false but found 36/],
    ['${missing ? 1 : 2}', /before "\?" but found null/],
    ['${1 / 0}', /to be a number/],
    ['${-name}', /beside -/],
  ] as const) {
    it(`${text} fails and says why`, () => assert.throws(() => value(text), message));
  }

  for (const [text, message] of [
    ["${execution.getVariable('x')}", /execution is an object of Camunda 7/],
    ['${task.assignee}', /use variables/],
    ['${bean.run()}', /run\(…\) calls a method or function of Java; use FEEL after "=", or let a job do it/],
    ['${now()}', /now\(…\)/],
    ["${list['size']()}", /calls a method/],
    ['${fn:length(x)}', /functions with a prefix are Java/],
    ["${''.getClass().forName('java.lang.Runtime')}", /getClass\(…\)/],
    ['${x = 1}', /compare with ==/],
    ['${x -> 1}', /functions are not defined/],
    ['${a += b}', /texts are joined/],
    ['${a; b}', /one expression/],
    ['${[1, 2]}', /lists and maps are written in FEEL/],
    ['${{"a": 1}}', /lists and maps/],
    ['${x instanceof String}', /Java classes/],
    ['${}', /expected a value/],
    ['${ }', /expected a value/],
    ['${1', /expected "}"/],
    ['${"a}', /at the end of the text in quotes/],
    ['${1 2}', /expected an operator or "}" but found 2/],
    ['${a.}', /a name after "\."/],
    ['${a.1}', /but found 0?\.1/],
    ['${(1}', /expected "\)"/],
    ['${a ? 1}', /expected ":"/],
    ['${a `b`}', /a character that is not known/],
    ['${1e999}', /expected a number/],
    ['${and}', /expected a value but found and/],
  ] as const) {
    it(`refuses ${text}`, () => assert.match(mistake(text).message, message));
  }

  it('tells the character of a mistake, and the variables that are read', () => {
    assert.equal(mistake('Hello ${name} ${a b}').position, 18);
    const compiled = compileJuel('${b.x} ${a} ${a} ${c[d]}');
    assert.deepEqual(compiled.ok && compiled.variables, ['a', 'b', 'c', 'd']);
  });

  it('is bounded in length, nesting, operators and in the text that it makes', () => {
    assert.match(mistake(`\${${'('.repeat(101)}1}`).message, /levels of nesting/);
    assert.match(mistake(`\${${'-'.repeat(5_000)}1}`).message, /levels of nesting/);
    assert.match(mistake(`\${${'!'.repeat(5_000)}1}`).message, /levels of nesting/);
    assert.match(mistake(`\${${'a?b:'.repeat(200)}c}`).message, /levels of nesting/);
    assert.match(mistake(`\${${'a['.repeat(200)}c}`).message, /levels of nesting/);
    assert.match(mistake(`\${1${'+1'.repeat(600)}}`).message, /at most 500 operators/);
    assert.match(mistake(`\${a${'.b'.repeat(600)}}`).message, /at most 500 operators/);
    assert.match(mistake('x'.repeat(16_385) + '${1}').message, /characters/);
    assert.equal(value(`\${${'('.repeat(99)}1${')'.repeat(99)}}`), 1);
    const big = compileJuel('${a}${a}');
    assert.ok(big.ok);
    assert.throws(() => big.evaluate({ now: 0, get: () => 'x'.repeat(600_000) }), /at most 1000000/);
    const same = compileJuel('${a == b}');
    assert.ok(same.ok);
    const items = () => Array.from({ length: 200_000 }, () => 1);
    const lists: Readonly<Record<string, JsonValue>> = { a: items(), b: items() };
    assert.throws(() => same.evaluate({ now: 0, get: (name) => lists[name] }), /at most 100000 values/);
  });

  it('never throws while it compiles, and evaluates to JSON or an Error that explains itself', () => {
    const piece = fc.constantFrom(
      ...[
        '${',
        '#{',
        '}',
        '(',
        ')',
        '[',
        ']',
        '.',
        ',',
        '?',
        ':',
        '+',
        '-',
        '*',
        '/',
        '%',
        '==',
        '<',
        '&&',
        '!',
        ' ',
      ],
      ...[
        'a',
        'age',
        'order',
        'list',
        'empty',
        'not',
        'and',
        'true',
        'null',
        '1',
        '0.5',
        "'x'",
        '"',
        "'",
        '\\',
        '\u{1f600}',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        const compiled = compileJuel(text);
        if (!compiled.ok) {
          assert.ok(compiled.position <= text.length);
          return;
        }
        try {
          const found = compiled.evaluate(context);
          assert.deepEqual(JSON.parse(JSON.stringify(found)), found);
        } catch (error) {
          assert.ok(error instanceof Error && /^Expected /.test(error.message), String(error));
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
