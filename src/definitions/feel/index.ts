export { compileFeelExpression, compileFeelUnaryTests, compileFeelValue } from './compile-feel.js';
export type { CompileOptions, CompileResult, FeelFunction, ValueCompileResult } from './compile-feel.js';
export { FeelBudgetExceeded, defaultStepBudget } from './run.js';
export type { FeelContext } from './run.js';
export type { Value } from './values/value.js';
