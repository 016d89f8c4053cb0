import type { SyntaxNode } from '@lezer/common';
import { findBuiltIn, missingBuiltIns } from '../builtins/registry.js';
import { applySignatures, signatureText, signaturesFor } from '../builtins/built-in.js';
import type { ArgumentShape, BuiltIn } from '../builtins/built-in.js';
import type { Run } from '../run.js';
import { FunctionValue } from '../values/function-value.js';
import type { Value } from '../values/value.js';
import { CompileError, dynamic, folded } from './code.js';
import type { Code } from './code.js';
import { childAt, childNamed, childrenOf } from './compilation.js';
import type { Compilation } from './compilation.js';
import { compileIsDefined } from './compile-access.js';
import { nameOf } from './names.js';
import type { Scope } from './scope.js';

interface Arguments {
  readonly shape: ArgumentShape;
  readonly codes: readonly Code[];
  readonly nodes: readonly SyntaxNode[];
}

/** A call of a built-in function by its name, or of a function value (DMN 1.4, 10.3.2.13). */
export function compileCall(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const callee = childAt(node, 0);
  const name = calledName(callee, compilation);
  if (name === null || scope.resolve(name).slot !== null || compilation.holdsFunction(name)) {
    return compileValueCall(node, callee, scope, compilation);
  }
  const builtIn = findBuiltIn(name);
  if (builtIn === null) throw unknownFunction(name, callee);
  return compileBuiltInCall(builtIn, node, scope, compilation);
}

/** `date(…)`, `time(…)`, `date and time(…)`, `duration(…)`, which the grammar sets apart, and `@"…"`. */
export function compileDateTimeLiteral(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const first = childAt(node, 0);
  return first.name === 'AtLiteral'
    ? compilation.compile(first, scope)
    : compileCall(node, scope, compilation);
}

function calledName(callee: SyntaxNode, compilation: Compilation): string | null {
  const named = ['VariableName', 'SpecialFunctionName', 'DateTimeConstructor'].includes(callee.name);
  return named ? nameOf(callee, compilation) : null;
}

function unknownFunction(name: string, callee: SyntaxNode): CompileError {
  const missing = Object.hasOwn(missingBuiltIns, name) ? missingBuiltIns[name] : undefined;
  const reason = missing === undefined ? '' : `: ${missing}`;
  return new CompileError(`Expected the name of a FEEL function but found '${name}'${reason}.`, callee.from);
}

function compileBuiltInCall(
  builtIn: BuiltIn,
  node: SyntaxNode,
  scope: Scope,
  compilation: Compilation,
): Code {
  const args = compileArguments(node, scope, compilation);
  const signatures = signaturesFor(builtIn, args.shape);
  if (signatures.length === 0) throw wrongArguments(builtIn, args.shape, node);
  const [argument] = args.nodes;
  if (builtIn.name === 'is defined' && argument !== undefined) {
    return dynamic(compileIsDefined(argument, scope, compilation));
  }
  const evaluators = args.codes.map((code) => code.evaluate);
  const evaluate = (run: Run): Value => {
    run.charge(1);
    const values = evaluators.map((each) => each(run));
    return applySignatures(run, signatures, args.shape, values);
  };
  return builtIn.readsClock ? dynamic(evaluate) : folded(args.codes, evaluate);
}

function wrongArguments(builtIn: BuiltIn, shape: ArgumentShape, node: SyntaxNode): CompileError {
  const texts = builtIn.signatures.map((signature) => signatureText(builtIn.name, signature));
  const expected = [...new Set(texts)].join(' or ');
  const { count, names } = shape;
  const found =
    names === null
      ? `${count} ${count === 1 ? 'argument' : 'arguments'}`
      : `arguments named ${names.map((name) => `'${name}'`).join(', ')}`;
  return new CompileError(`Expected ${expected} but found ${found}.`, node.from);
}

function compileArguments(node: SyntaxNode, scope: Scope, compilation: Compilation): Arguments {
  const named = childNamed(node, 'NamedParameters');
  if (named !== null) {
    const parameters = childrenOf(named);
    const names = parameters.map((parameter) => nameOf(childAt(parameter, 0), compilation));
    const nodes = parameters.map((parameter) => childAt(parameter, -1));
    const codes = nodes.map((argument) => compilation.compile(argument, scope));
    return { shape: { count: names.length, names }, codes, nodes };
  }
  const positional = childNamed(node, 'PositionalParameters');
  const nodes = positional === null ? [] : childrenOf(positional);
  const codes = nodes.map((argument) => compilation.compile(argument, scope));
  return { shape: { count: codes.length, names: null }, codes, nodes };
}

function compileValueCall(
  node: SyntaxNode,
  callee: SyntaxNode,
  scope: Scope,
  compilation: Compilation,
): Code {
  const functionOf = compilation.compile(callee, scope).evaluate;
  const { shape, codes } = compileArguments(node, scope, compilation);
  const evaluators = codes.map((code) => code.evaluate);
  return dynamic((run) => {
    const target = functionOf(run);
    const values = evaluators.map((each) => each(run));
    if (!(target instanceof FunctionValue)) return null;
    const args = shape.names === null ? values : inOrder(target.parameters, shape.names, values);
    return args === null ? null : target.call(run, args);
  });
}

/** Named arguments in the order of the parameters; null when a name does not fit or is missing. */
function inOrder(
  parameters: readonly string[],
  names: readonly string[],
  values: readonly Value[],
): readonly Value[] | null {
  if (names.length !== parameters.length || new Set(names).size !== names.length) return null;
  const indexes = parameters.map((parameter) => names.indexOf(parameter));
  return indexes.includes(-1) ? null : indexes.map((index) => values[index] ?? null);
}
