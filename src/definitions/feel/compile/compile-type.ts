import type { SyntaxNode } from '@lezer/common';
import { FunctionValue } from '../values/function-value.js';
import { isContext, isList, ownValue, typeOf } from '../values/value.js';
import type { TypeName, Value } from '../values/value.js';
import { CompileError, folded } from './code.js';
import type { Code } from './code.js';
import { childAt, childNamed, childrenOf } from './compilation.js';
import type { Compilation } from './compilation.js';
import { nameOf } from './names.js';
import type { Scope } from './scope.js';

/** Whether a value is of a type. */
export type TypeTest = (value: Value) => boolean;

const simpleTypes: Readonly<Record<string, TypeName>> = {
  boolean: 'boolean',
  number: 'number',
  string: 'string',
  list: 'list',
  context: 'context',
  date: 'date',
  time: 'time',
  'date and time': 'date and time',
  dateTime: 'date and time',
  'days and time duration': 'days and time duration',
  'day-time duration': 'days and time duration',
  dayTimeDuration: 'days and time duration',
  'years and months duration': 'years and months duration',
  'year-month duration': 'years and months duration',
  yearMonthDuration: 'years and months duration',
  range: 'range',
  function: 'function',
};

/** `instance of` (DMN 1.4, 10.3.2.9.1): null is an instance of `Null` and `Any` only. */
export function compileInstanceOf(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const value = compilation.compile(childAt(node, 0), scope);
  const test = compileType(childAt(node, -1), compilation);
  const valueOf = value.evaluate;
  return folded([value], (run) => test(valueOf(run)));
}

/** The test of a type as it is written after `instance of` or a parameter's colon. */
export function compileType(node: SyntaxNode, compilation: Compilation): TypeTest {
  const type = childAt(node, 0);
  switch (type.name) {
    case 'ListType': {
      const item = compileType(childAt(type, 2), compilation);
      return (value) => isList(value) && value.every((each) => item(each));
    }
    case 'ContextType':
      return compileContextType(type, compilation);
    case 'FunctionType': {
      const count = childrenOf(childNamed(type, 'ArgumentTypes') ?? type).length;
      return (value) => value instanceof FunctionValue && value.accepts(count);
    }
    default:
      return compileSimpleType(type, compilation);
  }
}

function compileSimpleType(node: SyntaxNode, compilation: Compilation): TypeTest {
  const name =
    node.name === 'QualifiedName' ? nameOf(childAt(node, 0), compilation) : nameOf(node, compilation);
  if (name === 'Any') return (value) => value !== null;
  if (name === 'Null') return (value) => value === null;
  const expected = Object.hasOwn(simpleTypes, name) ? simpleTypes[name] : undefined;
  if (expected === undefined) {
    throw new CompileError(`Expected the name of a FEEL type but found '${name}'.`, node.from);
  }
  return (value) => typeOf(value) === expected;
}

function compileContextType(node: SyntaxNode, compilation: Compilation): TypeTest {
  const entries = childrenOf(childNamed(node, 'ContextEntryTypes') ?? node).map((entry) => ({
    name: nameOf(childAt(entry, 0), compilation),
    test: compileType(childAt(entry, -1), compilation),
  }));
  return (value) =>
    isContext(value) &&
    entries.every(({ name, test }) => {
      const entry = ownValue(value, name);
      return entry !== undefined && test(entry);
    });
}
