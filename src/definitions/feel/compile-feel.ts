import { CompileError } from './compile/code.js';
import type { Evaluator } from './compile/code.js';
import { Compilation } from './compile/compilation.js';
import { nodeCompilers } from './compile/node-compilers.js';
import { parseSource } from './compile/parse-source.js';
import type { Dialect } from './compile/parse-source.js';
import { Scope } from './compile/scope.js';
import { FeelBudgetExceeded, Run, defaultStepBudget } from './run.js';
import type { FeelContext } from './run.js';
import { jsonValue } from './values/json-value.js';
import type { Value } from './values/value.js';

/**
 * Evaluates to a plain JSON value; temporal values and ranges to their FEEL text. What goes wrong inside is null, as
 * FEEL has it; throws FeelBudgetExceeded and nothing else. Deterministic: the same context, the same answer.
 */
export type FeelFunction = (context: FeelContext) => unknown;

export interface CompileOptions {
  /** Steps that one evaluation may take: iterations, calls, items and characters built. 100,000 by default. */
  readonly stepBudget?: number;
  /** Variable names that the tokenizer should know, because they hold operators or key words: `gross-net`. */
  readonly knownNames?: readonly string[];
}

/** A compiled source, or what was expected, what was found, and at which character. */
export type CompileResult =
  | { readonly ok: true; readonly evaluate: FeelFunction; readonly variables: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly position: number };

/** What `compileFeelValue` answers: the evaluation gives FEEL's own values, not yet turned into JSON. */
export type ValueCompileResult =
  | {
      readonly ok: true;
      readonly evaluate: (context: FeelContext) => Value;
      readonly variables: readonly string[];
    }
  | { readonly ok: false; readonly message: string; readonly position: number };

/**
 * Compiles a FEEL expression (DMN 1.4, chapter 10), written without the leading `=`, to closures. Never throws.
 * Names with spaces work; names that hold an operator or a key word need backticks or `knownNames`.
 */
export function compileFeelExpression(source: string, options: CompileOptions = {}): CompileResult {
  return compileSource(source, 'Expression', options, jsonResult);
}

/**
 * Compiles the unary tests of a decision table's cell (DMN 1.4, 7.3.3). They evaluate over the variable `?`, to true
 * where it passes and to false for anything else. Never throws.
 */
export function compileFeelUnaryTests(source: string, options: CompileOptions = {}): CompileResult {
  return compileSource(source, 'UnaryTests', options, jsonResult);
}

/** Like `compileFeelExpression`, but evaluates to FEEL's own values: dates, durations, ranges, functions. */
export function compileFeelValue(source: string, options: CompileOptions = {}): ValueCompileResult {
  return compileSource(source, 'Expression', options, (_run, value) => value);
}

function jsonResult(run: Run, value: Value): unknown {
  return typeof value === 'object' && value !== null ? jsonValue(run, value) : value;
}

type Finish<T> = (run: Run, value: Value) => T;

function compileSource<T>(source: string, dialect: Dialect, options: CompileOptions, finish: Finish<T>) {
  const scope = new Scope();
  const compilation = new Compilation(source, nodeCompilers, options.knownNames ?? []);
  try {
    const top = parseSource(source, dialect, options.knownNames ?? []);
    const { evaluate } = compilation.compile(top, scope);
    const budget = options.stepBudget ?? defaultStepBudget;
    const entry = entryPoint(evaluate, budget, scope.frame.slotCount, finish);
    return { ok: true, evaluate: entry, variables: [...compilation.variables].sort() } as const;
  } catch (error) {
    if (error instanceof CompileError) {
      return { ok: false, message: error.message, position: error.position } as const;
    }
    throw error;
  }
}

function entryPoint<T>(evaluate: Evaluator, budget: number, slotCount: number, finish: Finish<T>) {
  return (context: FeelContext): T => {
    const run = new Run(context, budget, slotCount);
    try {
      return finish(run, evaluate(run));
    } catch (error) {
      // the depth bound should come first; should the stack be smaller than foreseen, the answer is the same
      if (error instanceof RangeError && error.message.includes('call stack')) {
        throw new FeelBudgetExceeded('Expected an expression that fits the stack but it nests too deep.');
      }
      throw error;
    }
  };
}
