import type { SyntaxNode } from '@lezer/common';
import { folded } from './code.js';
import type { Code, Evaluator } from './code.js';
import { childAt } from './compilation.js';
import type { Compilation } from './compilation.js';
import type { Scope } from './scope.js';

/** `and` (DMN 1.4, 10.3.2.10): false wins, else anything but true makes it null. */
export function compileConjunction(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  return compileChain(node, false, scope, compilation);
}

/** `or` (DMN 1.4, 10.3.2.10): true wins, else anything but false makes it null. */
export function compileDisjunction(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  return compileChain(node, true, scope, compilation);
}

/** `if`: anything but true takes the else branch (DMN 1.4, 10.3.2.11). */
export function compileIf(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const parts = [1, 3, 5].map((index) => compilation.compile(childAt(node, index), scope));
  const [condition, consequence, alternative] = parts.map((part) => part.evaluate);
  if (condition === undefined || consequence === undefined || alternative === undefined) {
    throw new TypeError('An if expression has three parts.');
  }
  return folded(parts, (run) => (condition(run) === true ? consequence(run) : alternative(run)));
}

/** Compiles `a and b and c`, which the tree nests to the left, as one list of operands. */
function compileChain(node: SyntaxNode, winner: boolean, scope: Scope, compilation: Compilation): Code {
  const operands: SyntaxNode[] = [];
  let spine = node;
  while (spine.name === node.name) {
    operands.unshift(childAt(spine, -1));
    spine = childAt(spine, 0);
  }
  operands.unshift(spine);
  const codes = operands.map((operand) => compilation.compile(operand, scope));
  return folded(
    codes,
    chain(
      codes.map((code) => code.evaluate),
      winner,
    ),
  );
}

function chain(evaluators: readonly Evaluator[], winner: boolean): Evaluator {
  const [left, right] = evaluators;
  if (evaluators.length !== 2 || left === undefined || right === undefined) {
    return longChain(evaluators, winner);
  }
  return (run) => {
    const first = left(run);
    if (first === winner) return winner;
    const second = right(run);
    if (second === winner) return winner;
    return first === !winner && second === !winner ? !winner : null;
  };
}

function longChain(evaluators: readonly Evaluator[], winner: boolean): Evaluator {
  return (run) => {
    let result: boolean | null = !winner;
    for (const evaluate of evaluators) {
      const value = evaluate(run);
      if (value === winner) return winner;
      if (value !== !winner) result = null;
    }
    return result;
  };
}
