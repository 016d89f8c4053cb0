import type { FeelContext, FeelPart, Run, Value } from '../feel/index.js';
import { contextOf } from '../feel/values/value.js';
import { attribute, child, children, describe } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import { DecisionFailure } from './decision-failure.js';
import { aggregators, givesList, hitPolicies, isDecided, resultOf } from './hit-policy.js';
import type { Aggregator, Hit, HitPolicy, HitRules } from './hit-policy.js';
import { compileSource, compileText, nameIn } from './model-reading.js';
import type { DmnContext, NameScope } from './model-reading.js';
import { conformed, passesTests, testing, textOf } from './value-types.js';
import type { ValueType } from './value-types.js';

/** A decision table (DMN 1.3, chapter 8), compiled. */
export interface DecisionTable {
  readonly inputs: readonly { readonly inputId?: string; readonly inputName: string }[];
  readonly outputs: readonly string[];
  readonly rules: readonly { readonly ruleId?: string; readonly annotations: readonly string[] }[];
  readonly isList: boolean;
  /** @throws DecisionFailure when the data does not fit the table */
  readonly evaluate: (run: Run, context: FeelContext) => TableOutcome;
}

export interface TableOutcome {
  readonly result: Value;
  /** In the order of the columns. */
  readonly inputs: readonly Value[];
  readonly hits: readonly Hit[];
}

interface Input {
  readonly inputId?: string;
  readonly inputName: string;
  readonly expression: FeelPart | undefined;
  readonly type: ValueType | undefined;
  readonly allowed: FeelPart | undefined;
}

interface Output {
  readonly name: string;
  readonly type: ValueType | undefined;
  readonly allowed: FeelPart | undefined;
  /** The values in their order, as a list. */
  readonly order: FeelPart | undefined;
  readonly byDefault: FeelPart | undefined;
}

interface Rule {
  readonly ruleId?: string;
  readonly annotations: readonly string[];
  /** Undefined where any value will do. */
  readonly tests: readonly (FeelPart | undefined)[];
  /** Undefined where the cell is empty, which is null. */
  readonly entries: readonly (FeelPart | undefined)[];
}

/** Reads a decision table; what is wrong is reported. `name` stands for its output where that has no name. */
export function readDecisionTable(
  element: ModelElement,
  name: string,
  scope: NameScope,
  context: DmnContext,
): DecisionTable {
  const inputs = children(element, 'input').map((input) => readInput(input, scope, context));
  const clauses = children(element, 'output');
  const outputs = clauses.map((output) =>
    readOutput(output, clauses.length === 1 ? name : '', scope, context),
  );
  const rules = children(element, 'rule').map((rule) =>
    readRule(rule, [inputs.length, outputs.length], scope, context),
  );
  const table = `decision table ${attribute(element, 'id') ?? name}`;
  const policy = readPolicy(element, context);
  const aggregator = readAggregator(element, policy, context);
  checkOutputs(element, outputs, policy, aggregator, context);
  const hasDefault = outputs.some(({ byDefault }) => byDefault !== undefined);
  const isList = givesList(policy, aggregator);

  const resultOfHits = (run: Run, names: FeelContext, hits: readonly Hit[]): Value => {
    if (hits.length > 0) {
      const ordered = policy === 'PRIORITY' || policy === 'OUTPUT ORDER';
      const priorities = ordered ? outputs.map(({ order }) => listOf(order?.(run, names))) : [];
      const hitRules: HitRules = {
        policy,
        priorities,
        table,
        ...(aggregator !== undefined && { aggregator }),
      };
      return resultOf(run, hitRules, hits);
    }
    if (aggregator === 'COUNT') return 0;
    if (!hasDefault) return null;
    const values = outputs.map((output) => outputValue(run, output, output.byDefault, names, table));
    const result = combined(outputs, values);
    return isList ? [result] : result;
  };

  return {
    inputs: inputs.map(({ inputId, inputName }) => ({
      inputName,
      ...(inputId !== undefined && { inputId }),
    })),
    outputs: outputs.map((output) => output.name),
    rules,
    isList,
    evaluate: (run, names) => {
      const values = inputs.map((input) => inputValue(run, input, names, table));
      const tested = values.map((value) => testing(names, value));
      const hits: Hit[] = [];
      for (const [index, rule] of rules.entries()) {
        run.charge(1);
        if (!matches(run, rule, tested)) continue;
        const given = outputs.map((output, column) =>
          outputValue(run, output, rule.entries[column], names, table),
        );
        hits.push({ ruleIndex: index + 1, values: given, result: combined(outputs, given) });
        if (isDecided(policy, hits.length)) break;
      }
      return { result: resultOfHits(run, names, hits), inputs: values, hits };
    },
  };
}

function matches(run: Run, { tests }: Rule, tested: readonly FeelContext[]): boolean {
  for (let column = 0; column < tests.length; column++) {
    const [test, context] = [tests[column], tested[column]];
    if (test !== undefined && context !== undefined && test(run, context) !== true) return false;
  }
  return true;
}

/** One output is its value, several are a context of them. */
function combined(outputs: readonly Output[], values: readonly Value[]): Value {
  if (outputs.length === 1) return values[0] ?? null;
  return contextOf(outputs.map(({ name }, index) => [name, values[index] ?? null] as const));
}

function inputValue(run: Run, input: Input, context: FeelContext, table: string): Value {
  const found = input.expression?.(run, context) ?? null;
  const value = conformed(run, input.type, found, `input "${input.inputName}" of ${table}`);
  if (value === null || input.allowed === undefined || passesTests(run, input.allowed, context, value))
    return value;
  throw new DecisionFailure(
    `Expected input "${input.inputName}" of ${table} to be among its input values but found ${textOf(run, value)}.`,
  );
}

function outputValue(
  run: Run,
  output: Output,
  entry: FeelPart | undefined,
  context: FeelContext,
  table: string,
): Value {
  const value = conformed(
    run,
    output.type,
    entry?.(run, context) ?? null,
    `output "${output.name}" of ${table}`,
  );
  if (value === null || output.allowed === undefined || passesTests(run, output.allowed, context, value))
    return value;
  throw new DecisionFailure(
    `Expected output "${output.name}" of ${table} to be among its output values but found ${textOf(run, value)}.`,
  );
}

function listOf(value: Value | undefined): readonly Value[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function readInput(element: ModelElement, scope: NameScope, context: DmnContext): Input {
  const expression = child(element, 'inputExpression');
  const source = expression === undefined ? '' : (attribute(expression, 'text') ?? '').trim();
  if (expression === undefined || source === '') {
    const message = `Expected ${describe(element)} to have an inputExpression with text but found none.`;
    context.log.report('invalid-decision-table', element, message);
  }
  const inputId = attribute(element, 'id');
  return {
    ...(inputId !== undefined && { inputId }),
    inputName: nameIn(attribute(element, 'label')) ?? source.slice(0, 200),
    expression:
      expression && source !== '' ? compileText(expression, 'Expression', scope, context) : undefined,
    type: expression && context.types.of(attribute(expression, 'typeRef'), element),
    allowed: readTests(child(element, 'inputValues'), scope, context),
  };
}

function readOutput(element: ModelElement, byDefault: string, scope: NameScope, context: DmnContext): Output {
  const values = child(element, 'outputValues');
  const text = values === undefined ? '' : (attribute(values, 'text') ?? '').trim();
  return {
    name: nameIn(attribute(element, 'name')) ?? byDefault,
    type: context.types.of(attribute(element, 'typeRef'), element),
    allowed: readTests(values, scope, context),
    order:
      values && text !== '' ? compileSource(`[${text}]`, values, 'Expression', scope, context) : undefined,
    byDefault: readEntry(child(element, 'defaultOutputEntry'), scope, context),
  };
}

function readRule(
  element: ModelElement,
  [inputs, outputs]: readonly [number, number],
  scope: NameScope,
  context: DmnContext,
): Rule {
  const inputEntries = children(element, 'inputEntry');
  const outputEntries = children(element, 'outputEntry');
  if (inputEntries.length !== inputs || outputEntries.length !== outputs) {
    const message = `Expected ${describe(element)} to have ${inputs} input and ${outputs} output entries, one for each column, but found ${inputEntries.length} and ${outputEntries.length}.`;
    context.log.report('invalid-decision-table', element, message);
  }
  const ruleId = attribute(element, 'id');
  const annotations = [
    attribute(element, 'description'),
    ...children(element, 'annotationEntry').map((entry) => attribute(entry, 'text')),
  ].flatMap((text) => nameIn(text) ?? []);
  return {
    ...(ruleId !== undefined && { ruleId }),
    annotations,
    tests: inputEntries.map((entry) => readTests(entry, scope, context)),
    entries: outputEntries.map((entry) => readEntry(entry, scope, context)),
  };
}

/** Undefined where any value will do: `-`, or nothing at all. */
function readTests(
  element: ModelElement | undefined,
  scope: NameScope,
  context: DmnContext,
): FeelPart | undefined {
  const text = element === undefined ? '' : (attribute(element, 'text') ?? '').trim();
  return element === undefined || text === '' || text === '-'
    ? undefined
    : compileText(element, 'UnaryTests', scope, context);
}

function readEntry(
  element: ModelElement | undefined,
  scope: NameScope,
  context: DmnContext,
): FeelPart | undefined {
  const text = element === undefined ? '' : (attribute(element, 'text') ?? '').trim();
  return element === undefined || text === ''
    ? undefined
    : compileText(element, 'Expression', scope, context);
}

function readPolicy(element: ModelElement, { log }: DmnContext): HitPolicy {
  const text = attribute(element, 'hitPolicy') ?? 'UNIQUE';
  const policy = hitPolicies.find((known) => known === text);
  if (policy !== undefined) return policy;
  const message = `Expected the hit policy to be one of ${hitPolicies.join(', ')} but found "${text.slice(0, 60)}".`;
  log.report('invalid-decision-table', element, message);
  return 'UNIQUE';
}

function readAggregator(
  element: ModelElement,
  policy: HitPolicy,
  { log }: DmnContext,
): Aggregator | undefined {
  const text = attribute(element, 'aggregation');
  if (text === undefined) return undefined;
  const aggregator = aggregators.find((known) => known === text);
  if (aggregator !== undefined && policy === 'COLLECT') return aggregator;
  const message =
    aggregator === undefined
      ? `Expected the aggregation to be one of ${aggregators.join(', ')} but found "${text.slice(0, 60)}".`
      : `Expected the aggregation ${aggregator} with the hit policy COLLECT but found it with ${policy}.`;
  log.report('invalid-decision-table', element, message);
  return undefined;
}

function checkOutputs(
  element: ModelElement,
  outputs: readonly Output[],
  policy: HitPolicy,
  aggregator: Aggregator | undefined,
  { log }: DmnContext,
): void {
  const report = (message: string) => log.report('invalid-decision-table', element, message);
  const names = outputs.map(({ name }) => name);
  if (outputs.length === 0) report(`Expected ${describe(element)} to have an output but found none.`);
  if (outputs.length > 1 && names.includes(''))
    report(`Expected each of several outputs of ${describe(element)} to have a name but found one without.`);
  if (new Set(names).size < names.length)
    report(
      `Expected the outputs of ${describe(element)} to have different names but found ${names.join(', ')}.`,
    );
  if (aggregator !== undefined && outputs.length > 1)
    report(`Expected one output where COLLECT gives the ${aggregator} but found ${outputs.length}.`);
  const isOrdered = policy === 'PRIORITY' || policy === 'OUTPUT ORDER';
  if (isOrdered && outputs.every(({ order }) => order === undefined))
    report(
      `Expected output values, which give the priority in ${policy}, on an output of ${describe(element)} but found none.`,
    );
}
