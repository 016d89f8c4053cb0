import assert from 'node:assert/strict';
import { it } from 'mocha';
import { compileFeelExpression } from '../../../src/definitions/feel/index.js';
import type { CompileOptions, FeelContext } from '../../../src/definitions/feel/index.js';

/** Variables by name. */
export type Variables = Readonly<Record<string, unknown>>;

/** An expression, what it evaluates to, and the variables it reads where there are any. */
export type Row = readonly [expression: string, expected: unknown, variables?: Variables];

/** The time that every table is evaluated at: a Monday. */
export const now = Date.UTC(2024, 0, 15, 10, 30);

/** A context over variables; what is inherited by the object is no variable. */
export function contextOf(variables: Variables = {}): FeelContext {
  return { get: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined), now };
}

/** Compiles and evaluates; fails with the message when the expression does not compile. */
export function evaluate(expression: string, variables: Variables = {}, options?: CompileOptions): unknown {
  const compiled = compileFeelExpression(expression, options);
  assert.ok(compiled.ok, compiled.ok ? '' : `${expression}: ${compiled.message} (at ${compiled.position})`);
  return compiled.evaluate(contextOf(variables));
}

/** Declares one test per row. */
export function itEvaluates(rows: readonly Row[], options?: CompileOptions): void {
  for (const [expression, expected, variables] of rows) {
    it(`${expression} is ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(evaluate(expression, variables, options), expected);
    });
  }
}
