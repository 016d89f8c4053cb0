import type { FeelContext, FeelPart, Run, Value } from '../feel/index.js';
import { FunctionValue } from '../feel/values/function-value.js';
import { contextOf } from '../feel/values/value.js';
import { attribute, child, children, describe } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import { DecisionFailure } from './decision-failure.js';
import { readDecisionTable } from './decision-table.js';
import { compileText, nameIn, withScopeNames, withValues } from './model-reading.js';
import type { DmnContext, NameScope } from './model-reading.js';
import { conformed } from './value-types.js';

/** A boxed expression (DMN 1.3, chapter 10.2), compiled: a part of a decision. @throws DecisionFailure */
export type Logic = FeelPart;

const nothing: Logic = () => null;

/** Levels of evaluation that a call of a function of the model counts for, at least as many as it takes. */
const callLevels = 10;

/** Compiles a boxed expression of any kind; what is wrong is reported. `name` is what its result is called. */
export function readExpression(
  element: ModelElement,
  name: string,
  scope: NameScope,
  context: DmnContext,
): Logic {
  const logic = readUntyped(element, name, scope, context);
  if (element.$type === 'dmn:FunctionDefinition') return logic;
  const type = context.types.of(attribute(element, 'typeRef'), element);
  if (type === undefined) return logic;
  const what = `the result of ${describe(element)}`;
  return (run, names) => conformed(run, type, logic(run, names), what);
}

function readUntyped(element: ModelElement, name: string, scope: NameScope, context: DmnContext): Logic {
  switch (element.$type) {
    case 'dmn:LiteralExpression':
      return readLiteral(element, scope, context);
    case 'dmn:DecisionTable': {
      const { evaluate } = readDecisionTable(element, name, scope, context);
      return (run, names) => evaluate(run, names).result;
    }
    case 'dmn:Context':
      return readContext(element, scope, context);
    case 'dmn:List':
      return readList(element, name, scope, context);
    case 'dmn:Relation':
      return readRelation(element, scope, context);
    case 'dmn:Invocation':
      return readInvocation(element, scope, context);
    case 'dmn:FunctionDefinition':
      return readFunction(element, name, scope, context);
    default: {
      const message = `Expected logic that is executed but found ${describe(element)}.`;
      context.log.report('unsupported-element', element, message);
      return nothing;
    }
  }
}

function readLiteral(element: ModelElement, scope: NameScope, context: DmnContext): Logic {
  if (child(element, 'importedValues') !== undefined) {
    const message = `Expected ${describe(element)} with text but found imported values, which are not read.`;
    context.log.report('unsupported-element', element, message);
  }
  return compileText(element, 'Expression', scope, context) ?? nothing;
}

/** Each entry sees those before it; one without a name is the result, else the result is a context of them all. */
function readContext(element: ModelElement, scope: NameScope, context: DmnContext): Logic {
  let inner = scope;
  const entries = children(element, 'contextEntry').map((entry) => {
    const variable = child(entry, 'variable');
    const name = nameIn(variable && attribute(variable, 'name'));
    const value = child(entry, 'value');
    if (value === undefined) reportMissing(entry, context);
    const logic = value === undefined ? nothing : readExpression(value, name ?? '', inner, context);
    const type = variable && context.types.of(attribute(variable, 'typeRef'), entry);
    const isFunction = value?.$type === 'dmn:FunctionDefinition';
    if (name !== undefined) inner = withScopeNames(inner, [name], isFunction ? [name] : []);
    return { name, type, logic };
  });
  return (run, names) => {
    const values = new Map<string, Value>();
    const seen = withValues(names, values);
    for (const { name, type, logic } of entries) {
      const value = conformed(run, type, logic(run, seen), `entry "${name ?? ''}" of ${describe(element)}`);
      if (name === undefined) return value;
      values.set(name, value);
    }
    return contextOf(values);
  };
}

function readList(element: ModelElement, name: string, scope: NameScope, context: DmnContext): Logic {
  const items = children(element, 'elements').map((item) => readExpression(item, name, scope, context));
  return (run, names) => {
    run.chargeList(items.length);
    return items.map((item) => item(run, names));
  };
}

function readRelation(element: ModelElement, scope: NameScope, context: DmnContext): Logic {
  const columns = children(element, 'column').map((column) => ({
    name: nameIn(attribute(column, 'name')) ?? '',
    type: context.types.of(attribute(column, 'typeRef'), element),
  }));
  const rows = children(element, 'row').map((row) => {
    const cells = children(row, 'elements');
    if (cells.length !== columns.length) {
      const message = `Expected each row of ${describe(element)} to have ${columns.length} cells, one for each column, but found ${cells.length}.`;
      context.log.report('invalid-value', row, message);
    }
    return cells.map((cell, index) => readExpression(cell, columns[index]?.name ?? '', scope, context));
  });
  return (run, names) => {
    run.chargeList(rows.length * columns.length);
    return rows.map((row) =>
      contextOf(
        columns.map(({ name, type }, index) => {
          const value = row[index]?.(run, names) ?? null;
          return [name, conformed(run, type, value, `column "${name}" of ${describe(element)}`)] as const;
        }),
      ),
    );
  };
}

/** Calls a function with arguments by name (DMN 1.3, 10.2.1.3). */
function readInvocation(element: ModelElement, scope: NameScope, context: DmnContext): Logic {
  const called = child(element, 'calledFunction');
  if (called === undefined) reportMissing(element, context);
  const target = called === undefined ? nothing : readExpression(called, '', scope, context);
  const bindings = children(element, 'binding').map((binding) => {
    const parameter = child(binding, 'parameter');
    const name = nameIn(parameter && attribute(parameter, 'name')) ?? '';
    const formula = child(binding, 'bindingFormula');
    return { name, logic: formula === undefined ? nothing : readExpression(formula, name, scope, context) };
  });
  return (run, names) => {
    const value = target(run, names);
    if (!(value instanceof FunctionValue))
      throw new DecisionFailure(`Expected ${describe(element)} to call a function but found none.`);
    const args = new Map(bindings.map(({ name, logic }) => [name, logic(run, names)]));
    const stranger = [...args.keys()].find((name) => !value.parameters.includes(name));
    if (stranger !== undefined) {
      const known = value.parameters.map((name) => `"${name}"`).join(', ') || 'none';
      throw new DecisionFailure(
        `Expected ${describe(element)} to bind parameters of its function (${known}) but found "${stranger}".`,
      );
    }
    return value.call(
      run,
      value.parameters.map((name) => args.get(name) ?? null),
    );
  };
}

function readFunction(element: ModelElement, name: string, scope: NameScope, context: DmnContext): Logic {
  const build = readFunctionDefinition(element, name, scope, context);
  return (_run, names) => build(names);
}

/** A function of the model: given what it sees outside, a value that can be called (DMN 1.3, 10.2.1.7). */
export function readFunctionDefinition(
  element: ModelElement,
  name: string,
  scope: NameScope,
  context: DmnContext,
): (outside: FeelContext) => FunctionValue {
  const kind = attribute(element, 'kind') ?? 'FEEL';
  if (kind !== 'FEEL') {
    const message = `Expected ${describe(element)} to be a function in FEEL but found the kind ${kind.slice(0, 60)}; nothing of the host can be reached.`;
    context.log.report('java-not-supported', element, message);
  }
  const parameters = children(element, 'formalParameter').map((parameter) => ({
    name: nameIn(attribute(parameter, 'name')) ?? '',
    type: context.types.of(attribute(parameter, 'typeRef'), parameter),
  }));
  const parameterNames = parameters.map((parameter) => parameter.name);
  const body = child(element, 'body');
  if (body === undefined) reportMissing(element, context);
  const logic =
    body === undefined || kind !== 'FEEL'
      ? nothing
      : readExpression(body, name, withScopeNames(scope, parameterNames), context);
  const accepts = (count: number): boolean => count === parameters.length;
  const bind = (run: Run, args: readonly Value[]): ReadonlyMap<string, Value> =>
    new Map(
      parameters.map((parameter, index) => [
        parameter.name,
        conformed(
          run,
          parameter.type,
          args[index] ?? null,
          `parameter "${parameter.name}" of ${name || describe(element)}`,
        ),
      ]),
    );
  return (outside) =>
    new FunctionValue(parameterNames, accepts, (run, args) => {
      run.enter(callLevels);
      const value = logic(run, withValues(outside, bind(run, args)));
      run.leave(callLevels);
      return value;
    });
}

function reportMissing(element: ModelElement, { log }: DmnContext): void {
  log.report(
    'missing-decision-logic',
    element,
    `Expected ${describe(element)} to have an expression but found none.`,
  );
}
