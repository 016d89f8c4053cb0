import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { newQuickJSWASMModuleFromVariant } from 'quickjs-emscripten-core';
import type { QuickJSWASMModule } from 'quickjs-emscripten-core';
import { runScript } from '../../../src/adapters/script/sandbox.js';
import type { ScriptOutcome } from '../../../src/adapters/script/script-request.js';

let module: QuickJSWASMModule;

before(async () => {
  module = await newQuickJSWASMModuleFromVariant(import('@jitl/quickjs-wasmfile-release-sync'));
});

function run(
  source: string,
  variables: Readonly<Record<string, unknown>> = {},
  timeoutMs = 500,
): ScriptOutcome {
  const input = JSON.stringify({ variables, processInstanceId: 'pi', businessKey: 'B-7' });
  return runScript(module, { source, input, timeoutMs, memoryBytes: 32 * 1024 * 1024 });
}

/** What a script gives that must succeed. */
function output(source: string, variables: Readonly<Record<string, unknown>> = {}): unknown {
  const outcome = run(source, variables);
  assert.ok(outcome.kind === 'done', JSON.stringify(outcome));
  return JSON.parse(outcome.output);
}

function result(source: string, variables: Readonly<Record<string, unknown>> = {}): unknown {
  const given = output(source, variables);
  return typeof given === 'object' && given !== null && 'result' in given ? given.result : undefined;
}

function failure(source: string, timeoutMs?: number): string {
  const outcome = run(source, {}, timeoutMs);
  assert.ok(outcome.kind === 'failed', JSON.stringify(outcome));
  return outcome.message;
}

describe('script sandbox', () => {
  const order = { order: { items: [{ price: 2 }, { price: 3 }] }, n: 1, JSON: 'mine', constructor: 'c' };
  for (const [source, expected] of [
    ['1 + 1', 2],
    ['n + 1', 2],
    ['const total = order.items.reduce((sum, { price }) => sum + price, 0);\ntotal', 5],
    ['if (n > 0) { ({ big: true, list: [1, null] }) }', { big: true, list: [1, null] }],
    ['variables.order.items.length', 2],
    ["variables['JSON']", 'mine'],
    ['JSON.stringify({ a: 1 })', '{"a":1}'],
    ["execution.getVariable('n')", 1],
    ["execution.getVariable('missing')", null],
    ["execution.hasVariable('missing')", false],
    ["execution.setVariable('n', 5); execution.getVariable('n')", 5],
    ['execution.getProcessBusinessKey() + execution.getProcessInstanceId()', 'B-7pi'],
    ['new Date(0)', '1970-01-01T00:00:00.000Z'],
    ['null', null],
    ['var x = 1', undefined],
    ['undefined', undefined],
    ['({ a: undefined, b: 1 })', { b: 1 }],
    ['next(null, { a: environment.variables.n })', { a: 1 }],
    ['Promise.resolve(n).then((x) => x + 1)', 2],
    ['(async () => { await null; return 7; })()', 7],
    ['"\\u2028\\ud83d\\ude00"', '\u2028\u{1f600}'],
  ] as const) {
    it(`gives ${JSON.stringify(expected)} for ${source}`, () =>
      assert.deepEqual(result(source, order), expected));
  }

  it('gives the variables that are set, and only those', () => {
    assert.deepEqual(output("execution.setVariable('a', { b: n }); n = 9; var c = 2; 'r'", { n: 1 }), {
      result: 'r',
      variables: { a: { b: 1 } },
    });
  });

  it('throws a BPMN error', () => {
    assert.deepEqual(run("throw new BpmnError('NO_STOCK', 'none left')"), {
      kind: 'error',
      errorCode: 'NO_STOCK',
      errorMessage: 'none left',
    });
    assert.match(failure("throw new BpmnError('')"), /BpmnError without a code/);
  });

  for (const [source, message] of [
    ['let a = 1;\nlet b = c;', /ReferenceError: 'c' is not defined|c is not defined.*\(line 2\)/],
    ['throw new Error("no stock")', /^The script failed: Error: no stock \(line 1\)$/],
    ['throw "plain"', /^The script failed: plain$/],
    ['throw { reason: 1 }', /\{"reason":1\}/],
    ['throw null', /null/],
    ['throw Symbol("x")', /Symbol/],
    ['a b', /SyntaxError.*\(line 1\)/],
    ['next(new Error("told"))', /Error: told/],
    ['Promise.reject(new Error("later"))', /Error: later/],
    ['new Promise(() => {})', /its promise is never resolved/],
    ['(async () => { throw new Error("deep"); })()', /Error: deep/],
  ] as const) {
    it(`fails with its message: ${source}`, () => assert.match(failure(source), message));
  }

  for (const [source, message] of [
    ['() => 1', /Expected a result of JSON but found a function/],
    ['({ a: [() => 1] })', /found a function at 0/],
    ['10n', /found a bigint/],
    ['NaN', /found NaN/],
    ['({ x: 1 / 0 })', /found Infinity at x/],
    ['Symbol("s")', /found a symbol/],
    ['const a = {}; a.self = a; a', /circular/],
    ['({ get x() { throw new Error("getter"); } })', /Error: getter/],
    ['({ toJSON() { return () => 1; } })', /found a function/],
    ['new Proxy({}, { ownKeys() { throw new Error("trap"); } })', /Error: trap/],
  ] as const) {
    it(`refuses as a result ${source}`, () => assert.match(failure(source), message));
  }

  for (const source of [
    '[].constructor.constructor("return this")().process',
    '(function () {}).constructor("return this.require")()',
    'Function("return typeof process")() === "undefined" ? undefined : "reached"',
    'eval("typeof require") === "undefined" ? undefined : "reached"',
    'execution.constructor.constructor("return this.process")()',
    'execution.getVariable.constructor("return this.process")()',
    'next.constructor.constructor("return globalThis.process")()',
    'BpmnError.constructor("return this.process")()',
    '(async () => {}).constructor("return this.process")().then((x) => x)',
    'globalThis.process ?? globalThis.require ?? globalThis.fetch ?? globalThis.setTimeout ?? globalThis.std ?? globalThis.os',
    'try { null.x } catch (e) { e.constructor.constructor("return this.process")() }',
    'new Error().constructor.prepareStackTrace',
    'globalThis.WebAssembly ?? globalThis.SharedArrayBuffer?.process ?? globalThis.Deno ?? globalThis.scriptArgs',
    'Object.getPrototypeOf(globalThis).process',
    'this.parentPort ?? this.postMessage ?? this.self',
  ]) {
    it(`reaches nothing by ${source}`, () => assert.equal(result(source), undefined));
  }

  it('imports nothing', () => {
    assert.match(failure('import("node:fs")'), /could not load|not.*found|ReferenceError|module/i);
    assert.match(failure('import fs from "node:fs"'), /SyntaxError/);
  });

  it('keeps what a script does to its world from the next one, and from how it ends', () => {
    const vandal = `
      Object.prototype.toJSON = () => 'polluted';
      Object.prototype.polluted = true;
      JSON.stringify = () => '{"result":"forged"}';
      Object.keys = Array.prototype.map = Number.isFinite = () => { throw new Error('broken'); };
      globalThis.String = null;
      delete globalThis.Object;
      1`;
    run(vandal);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    assert.deepEqual(result('({ a: [1] })'), { a: [1] });
    assert.equal(result('typeof polluted'), 'undefined');
    assert.match(
      failure(
        "Error.prototype.toString = null; Object.defineProperty(Error.prototype, 'message', { get() { return 'own'; } }); throw new Error()",
      ),
      /own/,
    );
  });

  it('hands over names that mean something else as plain data', () => {
    const variables: unknown = JSON.parse(
      '{"__proto__":{"x":1},"toString":5,"hasOwnProperty":6,"execution":7}',
    );
    const answer = run(
      'typeof execution + variables.toString + Object.keys(variables).length',
      variables as Record<string, unknown>,
    );
    assert.ok(answer.kind === 'done' && answer.output.includes('"object54"'), JSON.stringify(answer));
    const named = run("execution.setVariable('__proto__', { y: 1 })");
    assert.equal(({} as { y?: unknown }).y, undefined);
    assert.ok(named.kind === 'done');
  });

  for (const source of [
    'for (;;);',
    'try { for (;;); } catch { for (;;); } finally { for (;;); }',
    '[3, 2, 1].sort(() => { for (;;); })',
    '/(a+)+$/.test("a".repeat(40) + "b")',
    '({ get x() { for (;;); } })',
    '({ toJSON() { for (;;); } })',
    'const again = () => Promise.resolve().then(again); again()',
    '(async () => { for (;;) await null; })()',
    'throw { get name() { for (;;); } }',
    'throw new Proxy({}, { getPrototypeOf() { for (;;); } })',
  ]) {
    it(`stops ${source}`, () => {
      const before = process.cpuUsage();
      assert.match(
        failure(source, 100),
        /Expected the script to end within 100 ms but it did not|cannot be shown|is never resolved/,
      );
      // It runs in this thread: elapsed time would be that of a busy machine.
      const { user, system } = process.cpuUsage(before);
      assert.ok(user + system < 1_000_000, `${user + system} µs of processor time`);
    });
  }

  for (const [source, message] of [
    ['const f = () => f() + 1; f()', /stack overflow/],
    ['"x".repeat(2 ** 29)', /out of memory|too long/],
    ['let s = "x"; for (;;) s += s', /too long|out of memory/],
    ['new Uint8Array(1e9)', /out of memory/],
    ['new Array(1e8).fill(0)', /out of memory|within/],
    ['JSON.parse("[".repeat(100000))', /broke its sandbox|stack overflow|SyntaxError/],
    ['let x = {}; for (let i = 0; i < 1e5; i++) x = { x }; x', /broke its sandbox|stack overflow/],
    ['eval("(".repeat(1e5) + "1" + ")".repeat(1e5))', /broke its sandbox|stack overflow|memory|within/],
  ] as const) {
    it(`contains ${source}`, async () => {
      const own = await newQuickJSWASMModuleFromVariant(import('@jitl/quickjs-wasmfile-release-sync'));
      const shared = module;
      module = own;
      try {
        const outcome = run(source, {}, 1_500);
        assert.ok(outcome.kind === 'failed' && outcome.isSpent, JSON.stringify(outcome).slice(0, 200));
        assert.match(outcome.message, message);
      } finally {
        module = shared;
      }
    });
  }

  it('bounds what is given back', () => {
    assert.match(failure('"x".repeat(6 * 1024 * 1024)', 1_500), /at most 5242880 characters/);
  });
});
