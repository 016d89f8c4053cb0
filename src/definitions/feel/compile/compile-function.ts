import type { SyntaxNode } from '@lezer/common';
import type { Run } from '../run.js';
import { FunctionValue } from '../values/function-value.js';
import type { Value } from '../values/value.js';
import { CompileError, dynamic } from './code.js';
import type { Code, Evaluator } from './code.js';
import { childAt, childNamed, childrenOf } from './compilation.js';
import type { Compilation } from './compilation.js';
import { compileType } from './compile-type.js';
import type { TypeTest } from './compile-type.js';
import { nameOf } from './names.js';
import type { Frame, Scope } from './scope.js';

interface Parameter {
  readonly name: string;
  readonly slot: number;
  readonly accepts: TypeTest | null;
}

/**
 * `function(x) …`: a value that keeps what it names outside (DMN 1.4, 10.3.2.13). External functions, which would
 * run host code, are refused.
 */
export function compileFunctionLiteral(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const external = childNamed(node, 'external');
  if (external !== null) {
    throw new CompileError("Expected a FEEL function but found 'external'.", external.from);
  }
  let inner = scope.withFrame();
  const frame = inner.frame;
  const formal = childrenOf(childNamed(node, 'FormalParameters') ?? node);
  const parameters = formal.map((parameter): Parameter => {
    const name = nameOf(childAt(parameter, 0), compilation);
    const type = childNamed(parameter, 'Type');
    const bound = inner.with(name);
    inner = bound.scope;
    return { name, slot: bound.slot, accepts: type === null ? null : compileType(type, compilation) };
  });
  const { code, levels } = compilation.measured(childAt(childAt(node, -1), 0), inner);
  return dynamic((run) => makeFunction(run, parameters, frame, code.evaluate, levels));
}

function makeFunction(
  made: Run,
  parameters: readonly Parameter[],
  frame: Frame,
  body: Evaluator,
  levels: number,
): FunctionValue {
  const captured = frame.captures.map(({ from, to }) => ({ to, value: made.slots[from] ?? null }));
  const { context } = made;
  const accepts = (count: number): boolean => count === parameters.length;
  return new FunctionValue(
    parameters.map((parameter) => parameter.name),
    accepts,
    (run, args) => {
      const slots = new Array<Value>(frame.slotCount).fill(null);
      for (const { to, value } of captured) slots[to] = value;
      for (const [index, parameter] of parameters.entries()) {
        const value = args[index] ?? null;
        if (value !== null && parameter.accepts?.(value) === false) return null;
        slots[parameter.slot] = value;
      }
      const { slots: outside, context: caller } = run;
      run.enter(levels + 1);
      run.slots = slots;
      run.context = context;
      const result = body(run);
      run.slots = outside;
      run.context = caller;
      run.leave(levels + 1);
      return result;
    },
  );
}
