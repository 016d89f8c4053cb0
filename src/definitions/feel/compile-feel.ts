import { CompileError } from './compile/code.js';
import type { Evaluator } from './compile/code.js';
import { Compilation } from './compile/compilation.js';
import { nodeCompilers } from './compile/node-compilers.js';
import { parseSource } from './compile/parse-source.js';
import type { Dialect } from './compile/parse-source.js';
import { normalizeContextKey } from 'lezer-feel';
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
  /** Variables that hold functions and can be called by name, such as business knowledge models. */
  readonly functionNames?: readonly string[];
}

/**
 * A compiled source that is evaluated inside a run which it shares with others, whose budget it takes from: the parts
 * of a decision. It reads variables from the context given, not from that of the run.
 */
export type FeelPart = (run: Run, context: FeelContext) => Value;

export type PartCompileResult =
  | { readonly ok: true; readonly evaluate: FeelPart }
  | { readonly ok: false; readonly message: string; readonly position: number };

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

/** Like `compileFeelValue` or, with `UnaryTests`, `compileFeelUnaryTests`, as a part of something larger. Never throws. */
export function compileFeelPart(
  source: string,
  dialect: Dialect,
  options: CompileOptions = {},
): PartCompileResult {
  const compiled = compileTop(source, dialect, options);
  if (!compiled.ok) return compiled;
  const { evaluate, slotCount } = compiled;
  return {
    ok: true,
    evaluate: (run, context) => {
      const { context: outside, slots } = run;
      run.context = context;
      run.slots = slotCount === 0 ? slots : new Array<Value>(slotCount).fill(null);
      const value = evaluate(run);
      run.context = outside;
      run.slots = slots;
      return value;
    },
  };
}

/** Evaluates parts in a run of their own. @throws FeelBudgetExceeded, and what `work` throws */
export function withRun<T>(context: FeelContext, stepBudget: number, work: (run: Run) => T): T {
  try {
    return work(new Run(context, stepBudget, 0));
  } catch (error) {
    throw asBudgetExceeded(error);
  }
}

function jsonResult(run: Run, value: Value): unknown {
  return typeof value === 'object' && value !== null ? jsonValue(run, value) : value;
}

type Finish<T> = (run: Run, value: Value) => T;

function compileSource<T>(source: string, dialect: Dialect, options: CompileOptions, finish: Finish<T>) {
  const compiled = compileTop(source, dialect, options);
  if (!compiled.ok) return compiled;
  const { evaluate, slotCount, variables } = compiled;
  const entry = entryPoint(evaluate, options.stepBudget ?? defaultStepBudget, slotCount, finish);
  return { ok: true, evaluate: entry, variables } as const;
}

function compileTop(
  source: string,
  dialect: Dialect,
  { knownNames = [], functionNames = [] }: CompileOptions,
) {
  const scope = new Scope();
  const functions = new Set(functionNames.map(normalizeContextKey));
  const compilation = new Compilation(source, nodeCompilers, knownNames, functions);
  try {
    const top = parseSource(source, dialect, knownNames);
    const { evaluate } = compilation.compile(top, scope);
    const variables = [...compilation.variables].sort();
    return { ok: true, evaluate, slotCount: scope.frame.slotCount, variables } as const;
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
      throw asBudgetExceeded(error);
    }
  };
}

/** The depth bound should come first; should the stack be smaller than foreseen, the answer is the same. */
function asBudgetExceeded(error: unknown): unknown {
  if (error instanceof RangeError && error.message.includes('call stack')) {
    return new FeelBudgetExceeded('Expected an expression that fits the stack but it nests too deep.');
  }
  return error;
}
