/**
 * FEEL, the expression language of DMN 1.4 (chapter 10), compiled once to closures over the syntax tree of
 * lezer-feel. No text is interpreted when it is evaluated, and nothing of the host can be reached.
 *
 * Where it is narrower than the specification:
 * - Numbers are IEEE 754 doubles; rounding functions and `modulo` work on their decimal text.
 * - Times compare to the nanosecond, where clause 10.3.2.3.4 counts whole seconds.
 * - A name may have spaces. One that holds an operator or a key word needs backticks, or to be announced as a known
 *   name, or to be declared in the expression itself: compiling does not see the variables.
 * - `instance of` takes `function<…>->…` but not `function`, and `range` but not `range<…>`: the parser has no more.
 * - Regular expressions are those of XPath without back-references, matched in linear time by an automaton of our own.
 * - External functions are refused; so are `uuid` and `random number`, whose answers would differ each time.
 * - A source has bounds: 16,384 characters, 100 open brackets, 500 declared names, 250 levels, and rows of operands
 *   of about 2,000 characters and 100 operands more.
 *
 * Where it is wider: the functions that Camunda 8 adds, `sort` without a function, and ranges of dates in `for`.
 */
export {
  compileFeelExpression,
  compileFeelPart,
  compileFeelUnaryTests,
  compileFeelValue,
  withRun,
} from './compile-feel.js';
export type {
  CompileOptions,
  CompileResult,
  FeelFunction,
  FeelPart,
  PartCompileResult,
  ValueCompileResult,
} from './compile-feel.js';
export { FeelBudgetExceeded, defaultStepBudget } from './run.js';
export type { FeelContext, Run } from './run.js';
export type { Value } from './values/value.js';
