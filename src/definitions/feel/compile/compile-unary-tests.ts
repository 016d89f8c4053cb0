import type { SyntaxNode } from '@lezer/common';
import type { Run } from '../run.js';
import { compare, equal } from '../values/comparison.js';
import { hostValue } from '../values/host-value.js';
import { includes, passes } from '../values/membership.js';
import { Range } from '../values/range.js';
import type { Value } from '../values/value.js';
import { CompileError, dynamic, folded } from './code.js';
import type { Code, Evaluator } from './code.js';
import { childAt, childNamed, childrenOf } from './compilation.js';
import type { Compilation } from './compilation.js';
import type { Scope } from './scope.js';

/** Whether a value passes; null when it does not compare. */
type Test = (run: Run, value: Value) => boolean | null;

/** The unary tests of a decision table's cell over `?` (DMN 1.4, 7.3.3): true, or false for anything else. */
export function compileUnaryTestsTop(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const inputOf: Evaluator = inputReader(compilation);
  const test = compileTop(node, scope, compilation);
  return dynamic((run) => test(run, inputOf(run)) === true);
}

/** `x in test` and `x in (test, test)` (DMN 1.4, 10.3.2.8); `?` in the tests is x. */
export function compileMembership(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const value = compilation.compile(childAt(node, 0), scope).evaluate;
  const input = scope.with('?');
  const tests = childNamed(node, 'PositiveUnaryTests') ?? childAt(node, 2);
  const test = compileTests(tests, input.scope, compilation);
  return dynamic((run) => {
    const tested = value(run);
    run.slots[input.slot] = tested;
    return test(run, tested);
  });
}

/** `> 5` or an interval as a value of its own: a range (DMN 1.4, 10.3.2.7). */
export function compileSimpleTest(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const first = childAt(node, 0);
  if (first.name === 'Interval') return compileInterval(first, scope, compilation);
  const operator = compilation.textOf(first);
  if (operator === '=' || operator === '!=') {
    throw new CompileError(`Expected a value before '${operator}' but found none.`, first.from);
  }
  const bound = compilation.compile(childAt(node, 1), scope);
  const valueOf = bound.evaluate;
  return folded([bound], (run) => {
    const value = valueOf(run);
    return value === null ? null : halfRange(operator, value);
  });
}

function halfRange(operator: string, bound: Value): Range {
  switch (operator) {
    case '<':
      return new Range(null, bound, false, false);
    case '<=':
      return new Range(null, bound, false, true);
    case '>':
      return new Range(bound, null, false, false);
    default:
      return new Range(bound, null, true, false);
  }
}

/** A range from its ends; null when they do not compare (DMN 1.4, 10.3.2.7). */
function compileInterval(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const [open, start, , end, close] = childrenOf(node);
  if (open === undefined || start === undefined || end === undefined || close === undefined) {
    throw new CompileError("Expected '..' and two ends in a range but found less.", node.from);
  }
  const startIncluded = compilation.textOf(open) === '[';
  const endIncluded = compilation.textOf(close) === ']';
  const ends = [compilation.compile(start, scope), compilation.compile(end, scope)] as const;
  const [startOf, endOf] = [ends[0].evaluate, ends[1].evaluate];
  return folded(ends, (run) => {
    const [from, to] = [startOf(run), endOf(run)];
    return compare(run, from, to) === null ? null : new Range(from, to, startIncluded, endIncluded);
  });
}

function inputReader(compilation: Compilation): Evaluator {
  compilation.variables.add('?');
  return (run) => hostValue(run.context.get('?'));
}

function compileTop(node: SyntaxNode, scope: Scope, compilation: Compilation): Test {
  if (childNamed(node, 'Wildcard') !== null) return () => true;
  const tests = childNamed(node, 'PositiveUnaryTests');
  if (tests === null) throw new CompileError('Expected a unary test but found none.', node.from);
  const test = compileTests(tests, scope, compilation);
  if (childNamed(node, 'not') === null) return test;
  return (run, value) => {
    const passed = test(run, value);
    return passed === null ? null : !passed;
  };
}

/** Several tests are joined by `or`. */
function compileTests(node: SyntaxNode, scope: Scope, compilation: Compilation): Test {
  if (node.name === 'PositiveUnaryTest') return compileTest(childAt(node, 0), scope, compilation);
  const tests = childrenOf(node).map((test) => compileTest(childAt(test, 0), scope, compilation));
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return (run, value) => {
    let result: boolean | null = false;
    for (const test of tests) {
      const passed = test(run, value);
      if (passed === true) return true;
      if (passed === null) result = null;
    }
    return result;
  };
}

function compileTest(node: SyntaxNode, scope: Scope, compilation: Compilation): Test {
  if (node.name === 'ParenthesizedExpression' && childAt(node, 1).name === 'SimplePositiveUnaryTest') {
    return compileTest(childAt(node, 1), scope, compilation);
  }
  if (node.name === 'SimplePositiveUnaryTest' && childAt(node, 0).name !== 'Interval') {
    return compileOperatorTest(node, scope, compilation);
  }
  const { evaluate, constant } = compilation.compile(node, scope);
  if (constant instanceof Range) {
    return (run, value) =>
      value instanceof Range ? equal(run, value, constant) : includes(run, constant, value);
  }
  if (!mentionsInput(node)) return (run, value) => passes(run, value, evaluate(run));
  return (run, value) => {
    const result = evaluate(run);
    return typeof result === 'boolean' ? result : passes(run, value, result);
  };
}

function compileOperatorTest(node: SyntaxNode, scope: Scope, compilation: Compilation): Test {
  const operator = compilation.textOf(childAt(node, 0));
  const boundOf = compilation.compile(childAt(node, 1), scope).evaluate;
  switch (operator) {
    case '=':
      return (run, value) => equal(run, value, boundOf(run));
    case '!=':
      return (run, value) => {
        const isEqual = equal(run, value, boundOf(run));
        return isEqual === null ? null : !isEqual;
      };
    case '<':
      return ordered(boundOf, (order) => order < 0);
    case '<=':
      return ordered(boundOf, (order) => order <= 0);
    case '>':
      return ordered(boundOf, (order) => order > 0);
    default:
      return ordered(boundOf, (order) => order >= 0);
  }
}

function ordered(boundOf: Evaluator, test: (order: number) => boolean): Test {
  return (run, value) => {
    const order = compare(run, value, boundOf(run));
    return order === null ? null : test(order);
  };
}

function mentionsInput(node: SyntaxNode): boolean {
  const cursor = node.cursor();
  do {
    if (cursor.name === '?') return true;
  } while (cursor.next() && cursor.from < node.to);
  return false;
}
