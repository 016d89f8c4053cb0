import type { NodeCompiler } from './compilation.js';
import { childAt } from './compilation.js';
import { compileFilter, compilePath } from './compile-access.js';
import { compileArithmetic } from './compile-arithmetic.js';
import { compileCall, compileDateTimeLiteral } from './compile-call.js';
import { compileComparison } from './compile-comparison.js';
import { compileFunctionLiteral } from './compile-function.js';
import { compileFor, compileQuantified } from './compile-iteration.js';
import {
  compileAtLiteral,
  compileBoolean,
  compileContext,
  compileList,
  compileNull,
  compileNumber,
  compileString,
} from './compile-literal.js';
import { compileConjunction, compileDisjunction, compileIf } from './compile-logic.js';
import { compileInput, compileName } from './compile-name.js';
import { compileInstanceOf } from './compile-type.js';
import { compileSimpleTest, compileUnaryTestsTop } from './compile-unary-tests.js';

const compileInner: NodeCompiler = (node, scope, compilation) => compilation.compile(childAt(node, 0), scope);
const compileBracketed: NodeCompiler = (node, scope, compilation) =>
  compilation.compile(childAt(node, 1), scope);

/** The compiler of each kind of node that lezer-feel's grammar has for an expression. */
export const nodeCompilers: Readonly<Record<string, NodeCompiler>> = {
  Expression: compileInner,
  UnaryTests: compileUnaryTestsTop,
  ParenthesizedExpression: compileBracketed,
  NumericLiteral: compileNumber,
  StringLiteral: compileString,
  BooleanLiteral: compileBoolean,
  null: compileNull,
  AtLiteral: compileAtLiteral,
  DateTimeLiteral: compileDateTimeLiteral,
  List: compileList,
  Context: compileContext,
  VariableName: compileName,
  '?': compileInput,
  Conjunction: compileConjunction,
  Disjunction: compileDisjunction,
  IfExpression: compileIf,
  ArithmeticExpression: compileArithmetic,
  Comparison: compileComparison,
  SimplePositiveUnaryTest: compileSimpleTest,
  ForExpression: compileFor,
  QuantifiedExpression: compileQuantified,
  PathExpression: compilePath,
  FilterExpression: compileFilter,
  InstanceOfExpression: compileInstanceOf,
  FunctionDefinition: compileFunctionLiteral,
  FunctionInvocation: compileCall,
};
