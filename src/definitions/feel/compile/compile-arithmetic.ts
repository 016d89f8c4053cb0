import type { SyntaxNode } from '@lezer/common';
import type { Run } from '../run.js';
import { add, divide, multiply, negate, power, subtract } from '../values/arithmetic.js';
import type { Value } from '../values/value.js';
import { CompileError, folded } from './code.js';
import type { Code } from './code.js';
import { childAt, childrenOf } from './compilation.js';
import type { Compilation } from './compilation.js';
import type { Scope } from './scope.js';

type Operation = (run: Run, left: Value, right: Value) => Value;

const operations: Readonly<Record<string, Operation>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '**': power,
  '^': power,
};

/** `+ - * / **` and the unary minus (DMN 1.4, 10.3.2.11); a chain that leans to the left is not nested. */
export function compileArithmetic(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const steps: { operation: Operation; node: SyntaxNode }[] = [];
  let spine = node;
  while (spine.name === 'ArithmeticExpression' && childrenOf(spine).length === 3) {
    const operator = compilation.textOf(childAt(spine, 1));
    const operation = operations[operator];
    if (operation === undefined) throw unknownOperator(operator, spine);
    steps.unshift({ operation, node: childAt(spine, 2) });
    spine = childAt(spine, 0);
  }
  let code = spine === node ? compileSign(node, scope, compilation) : compilation.compile(spine, scope);
  for (const step of steps) code = binary(step.operation, code, compilation.compile(step.node, scope));
  return code;
}

function binary(operation: Operation, left: Code, right: Code): Code {
  const leftOf = left.evaluate;
  const rightOf = right.evaluate;
  return folded([left, right], (run) => operation(run, leftOf(run), rightOf(run)));
}

function compileSign(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const operator = compilation.textOf(childAt(node, 0));
  const operand = compilation.compile(childAt(node, 1), scope);
  const valueOf = operand.evaluate;
  if (operator === '-') return folded([operand], (run) => negate(valueOf(run)));
  if (operator !== '+') throw unknownOperator(operator, node);
  return folded([operand], (run) => negate(negate(valueOf(run))));
}

function unknownOperator(operator: string, node: SyntaxNode): CompileError {
  return new CompileError(`Expected an arithmetic operator but found '${operator}'.`, node.from);
}
