import type { FeelContext, Run, Value } from '../feel/index.js';
import { FunctionValue } from '../feel/values/function-value.js';
import { isContext, isList, ownValue } from '../feel/values/value.js';
import { attribute, child, describe, idOf } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import { readExpression, readFunctionDefinition } from './boxed-expression.js';
import type { Logic } from './boxed-expression.js';
import { readDecisionTable } from './decision-table.js';
import type { DecisionTable, TableOutcome } from './decision-table.js';
import { nameIn, noNames, withScopeNames, withValues } from './model-reading.js';
import type { DmnContext } from './model-reading.js';
import { variableNameOf } from './read-requirements.js';
import type { Requirements } from './read-requirements.js';
import { conformed } from './value-types.js';
import type { ValueType } from './value-types.js';

/** One decision, compiled, with what it requires told by ids. */
export interface DecisionPart {
  readonly decisionId: string;
  readonly name?: string;
  readonly decisionType: string;
  readonly requires: readonly string[];
  readonly table?: DecisionTable;
  /** @throws DecisionFailure. `results` holds those of every decision that is required. */
  readonly evaluate: (run: Run, variables: FeelContext, results: ReadonlyMap<string, Value>) => PartOutcome;
}

export interface PartOutcome {
  readonly value: Value;
  readonly table?: TableOutcome;
}

/** Functions of the model by the id of their business knowledge model. */
export type KnowledgeFunctions = ReadonlyMap<string, FunctionValue>;

/**
 * Reads one decision; what is wrong is reported. Its logic sees, first, what it requires by name; then, as modelers of today
 * write models, required decisions by id and the outputs of required tables; then every variable of the caller.
 */
export function readDecision(
  element: ModelElement,
  requirements: Requirements,
  knowledge: KnowledgeFunctions,
  tables: ReadonlyMap<string, DecisionTable>,
  context: DmnContext,
): DecisionPart {
  const decisionId = idOf(element) ?? '';
  const name = attribute(element, 'name');
  const inputs = requirements.inputs.map((input) => ({
    name: variableNameOf(input),
    type: typeOfVariable(input, context),
    what: describe(input),
  }));
  const functions = requirements.knowledge.map(
    (model) => [variableNameOf(model), knowledge.get(idOf(model) ?? '')] as const,
  );
  const readings = resultReadings(requirements.decisions, tables, [
    ...inputs.map((input) => input.name),
    ...functions.map(([functionName]) => functionName),
  ]);
  const functionNames = functions.map(([functionName]) => functionName);
  const scope = withScopeNames(
    noNames,
    [...inputs.map((input) => input.name), ...readings.map((reading) => reading.name), ...functionNames],
    functionNames,
  );
  const type = typeOfVariable(element, context);
  const logic = child(element, 'decisionLogic');
  if (logic === undefined) {
    const message = `Expected ${describe(element)} to have a decision table or another expression but found none.`;
    context.log.report('missing-decision-logic', element, message);
  }
  const table =
    logic?.$type === 'dmn:DecisionTable'
      ? readDecisionTable(logic, variableNameOf(element), scope, context)
      : undefined;
  const decide = table
    ? (run: Run, names: FeelContext): PartOutcome => withTable(table.evaluate(run, names))
    : valueOnly(logic && readExpression(logic, variableNameOf(element), scope, context));

  return {
    decisionId,
    ...(name !== undefined && { name }),
    decisionType: logic === undefined ? '' : localType(logic),
    requires: requirements.decisions.flatMap((required) => idOf(required) ?? []),
    ...(table !== undefined && { table }),
    evaluate: (run, variables, results) => {
      const values = new Map<string, Value>();
      for (const { name: outputName, read } of readings) {
        const value = read(results);
        if (value !== undefined) values.set(outputName, value);
      }
      for (const input of inputs)
        values.set(input.name, conformed(run, input.type, given(variables.get(input.name)), input.what));
      for (const [functionName, value] of functions) if (value !== undefined) values.set(functionName, value);
      const outcome = decide(run, withValues(variables, values));
      return { ...outcome, value: typed(run, type, outcome.value, table?.isList ?? false, element) };
    },
  };
}

/** Reads a business knowledge model as a function: it sees its parameters and what it requires itself, nothing else. */
export function readKnowledge(
  element: ModelElement,
  requirements: Requirements,
  knowledge: KnowledgeFunctions,
  context: DmnContext,
): FunctionValue | undefined {
  const definition = child(element, 'encapsulatedLogic');
  if (definition === undefined) {
    const message = `Expected ${describe(element)} to have encapsulatedLogic but found none.`;
    context.log.report('missing-decision-logic', element, message);
    return undefined;
  }
  const required = requirements.knowledge.map((model) => [variableNameOf(model), idOf(model) ?? ''] as const);
  const names = required.map(([name]) => name);
  const build = readFunctionDefinition(
    definition,
    variableNameOf(element),
    withScopeNames(noNames, names, names),
    context,
  );
  const functions = new Map<string, Value>(
    required.flatMap(([name, id]) => {
      const value = knowledge.get(id);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  const parameters = build(nothingOutside(0)).parameters;
  const accepts = (count: number): boolean => count === parameters.length;
  return new FunctionValue(parameters, accepts, (run, args) =>
    build(withValues(nothingOutside(run.context.now), functions)).call(run, args),
  );
}

function nothingOutside(now: number): FeelContext {
  return { now, get: () => undefined };
}

interface ResultReading {
  readonly name: string;
  readonly read: (results: ReadonlyMap<string, Value>) => Value | undefined;
}

/** How the results of required decisions are read, in reverse order of precedence. */
function resultReadings(
  decisions: readonly ModelElement[],
  tables: ReadonlyMap<string, DecisionTable>,
  taken: readonly string[],
): readonly ResultReading[] {
  const byName = decisions.map((decision) => resultReading(variableNameOf(decision), idOf(decision) ?? ''));
  const byId = decisions.map((decision) => resultReading(idOf(decision) ?? '', idOf(decision) ?? ''));
  const byOutput = decisions.flatMap((decision) => {
    const id = idOf(decision) ?? '';
    const outputs = tables.get(id)?.outputs ?? [];
    return outputs.map((name) => outputReading(name, id, outputs.length === 1));
  });
  return [...byOutput, ...byId, ...byName].filter(({ name }) => !taken.includes(name));
}

function resultReading(name: string, id: string): ResultReading {
  return { name, read: (results) => results.get(id) };
}

function outputReading(name: string, id: string, isOnly: boolean): ResultReading {
  return {
    name,
    read: (results) => {
      const result = results.get(id);
      if (result === undefined || isOnly) return result;
      if (isList(result))
        return result.map((item) => (isContext(item) ? (ownValue(item, name) ?? null) : null));
      return result !== null && isContext(result) ? (ownValue(result, name) ?? null) : null;
    },
  };
}

function given(value: unknown): Value {
  return (value ?? null) as Value;
}

function typeOfVariable(element: ModelElement, context: DmnContext): ValueType | undefined {
  const variable = child(element, 'variable');
  return variable && context.types.of(nameIn(attribute(variable, 'typeRef')), element);
}

/** The type of a table that gives a list is often that of its items. */
function typed(
  run: Run,
  type: ValueType | undefined,
  value: Value,
  isListOfHits: boolean,
  element: ModelElement,
): Value {
  if (type === undefined || value === null) return value;
  const what = `the result of ${describe(element)}`;
  const isOfType = type.conform(run, value);
  if (isOfType !== undefined) return isOfType;
  if (isListOfHits && isList(value)) return value.map((item) => conformed(run, type, item, what));
  return conformed(run, type, value, what);
}

function withTable(table: TableOutcome): PartOutcome {
  return { value: table.result, table };
}

function valueOnly(logic: Logic | undefined): (run: Run, names: FeelContext) => PartOutcome {
  return (run, names) => ({ value: logic?.(run, names) ?? null });
}

function localType(element: ModelElement): string {
  const name = element.$type.slice('dmn:'.length);
  return name.charAt(0).toLowerCase() + name.slice(1);
}
