import type { SyntaxNode } from '@lezer/common';
import { compare, equal } from '../values/comparison.js';
import type { Value } from '../values/value.js';
import { CompileError, folded } from './code.js';
import type { Code, Evaluator } from './code.js';
import { childAt, childrenOf } from './compilation.js';
import type { Compilation } from './compilation.js';
import { compileMembership } from './compile-unary-tests.js';
import type { Scope } from './scope.js';

/** `= != < <= > >=`, `between` and `in` (DMN 1.4, 10.3.2.11 and 10.3.2.8). */
export function compileComparison(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const operator = childAt(node, 1);
  if (operator.name === 'in') return compileMembership(node, scope, compilation);
  if (operator.name === 'between') return compileBetween(node, scope, compilation);
  refuseOperator(childAt(node, 2), compilation);
  const left = compilation.compile(childAt(node, 0), scope);
  const right = compilation.compile(childAt(node, 2), scope);
  const evaluate = comparison(compilation.textOf(operator), left, right);
  if (evaluate === null) {
    throw new CompileError(
      `Expected a comparison operator but found '${compilation.textOf(operator)}'.`,
      operator.from,
    );
  }
  return folded([left, right], evaluate);
}

/** `a == b` and `a <> b` are comparisons with a range by the grammar, which nobody means. */
function refuseOperator(operand: SyntaxNode, compilation: Compilation): void {
  if (operand.name !== 'SimplePositiveUnaryTest') return;
  const first = childAt(operand, 0);
  if (first.name === 'Interval') return;
  throw new CompileError(`Expected a value but found '${compilation.textOf(first)}'.`, operand.from);
}

/** The evaluator of a comparison, with shortcuts for the values it meets most; null for no operator. */
function comparison(operator: string, left: Code, right: Code): Evaluator | null {
  const leftOf = left.evaluate;
  const rightOf = right.evaluate;
  switch (operator) {
    case '=':
      return equality(leftOf, right);
    case '!=': {
      const isEqual = equality(leftOf, right);
      return (run) => negated(isEqual(run));
    }
    case '<':
      return (run) => {
        const a = leftOf(run);
        const b = rightOf(run);
        return typeof a === 'number' && typeof b === 'number' ? a < b : holds(compare(run, a, b), isBelow);
      };
    case '<=':
      return (run) => {
        const a = leftOf(run);
        const b = rightOf(run);
        return typeof a === 'number' && typeof b === 'number' ? a <= b : holds(compare(run, a, b), isAtMost);
      };
    case '>':
      return (run) => {
        const a = leftOf(run);
        const b = rightOf(run);
        return typeof a === 'number' && typeof b === 'number' ? a > b : holds(compare(run, a, b), isAbove);
      };
    case '>=':
      return (run) => {
        const a = leftOf(run);
        const b = rightOf(run);
        return typeof a === 'number' && typeof b === 'number' ? a >= b : holds(compare(run, a, b), isAtLeast);
      };
    default:
      return null;
  }
}

function equality(leftOf: Evaluator, right: Code): Evaluator {
  const rightOf = right.evaluate;
  const expected = right.constant;
  if (typeof expected === 'string' || typeof expected === 'number') {
    return (run) => {
      const value = leftOf(run);
      return value === expected ? true : equal(run, value, expected);
    };
  }
  return (run) => equal(run, leftOf(run), rightOf(run));
}

function negated(value: Value): boolean | null {
  return typeof value === 'boolean' ? !value : null;
}

/** `between` is `>=` and `<=` (DMN 1.4, 10.3.2.11). */
function compileBetween(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const parts = childrenOf(node);
  const codes = [0, 2, 4].map((index) => compilation.compile(parts[index] ?? node, scope));
  const [valueOf, lowOf, highOf] = codes.map((code) => code.evaluate);
  if (valueOf === undefined || lowOf === undefined || highOf === undefined) {
    throw new TypeError('A between expression has three parts.');
  }
  return folded(codes, (run) => {
    const value = valueOf(run);
    const above = holds(compare(run, value, lowOf(run)), isAtLeast);
    if (above === false) return false;
    const below = holds(compare(run, value, highOf(run)), isAtMost);
    return below === false ? false : above === null || below === null ? null : true;
  });
}

function holds(order: number | null, test: (order: number) => boolean): boolean | null {
  return order === null ? null : test(order);
}

const isBelow = (order: number): boolean => order < 0;
const isAtMost = (order: number): boolean => order <= 0;
const isAbove = (order: number): boolean => order > 0;
const isAtLeast = (order: number): boolean => order >= 0;
