/** Elements of BPMN that stand once at most in whatever they stand in (BPMN 2.0.2, XML schemas). */
const bpmnOnly: ReadonlySet<string> = new Set([
  'extensionElements',
  'conditionExpression',
  'timeDate',
  'timeDuration',
  'timeCycle',
  'condition',
  'completionCondition',
  'loopCondition',
  'loopCardinality',
  'loopDataInputRef',
  'loopDataOutputRef',
  'inputDataItem',
  'outputDataItem',
  'ioSpecification',
  'script',
  'from',
  'to',
  'transformation',
]);

const loops: ReadonlySet<string> = new Set([
  'multiInstanceLoopCharacteristics',
  'standardLoopCharacteristics',
]);

/** Of what kind a child of an element of BPMN is the only one; undefined where there may be several. */
export function onlyBpmnChild(_parent: string, child: string): string | undefined {
  if (loops.has(child)) return 'loop characteristics';
  return bpmnOnly.has(child) ? child : undefined;
}

/** DMN's expressions, of which these have one. */
const expressions: ReadonlySet<string> = new Set([
  'decisionTable',
  'literalExpression',
  'invocation',
  'context',
  'relation',
  'list',
  'functionDefinition',
  'conditional',
  'filter',
  'for',
  'every',
  'some',
]);
const oneExpression: ReadonlySet<string> = new Set([
  'decision',
  'contextEntry',
  'binding',
  'encapsulatedLogic',
  'functionDefinition',
]);
const dmnOnly: ReadonlySet<string> = new Set([
  'extensionElements',
  'text',
  'inputExpression',
  'inputValues',
  'outputValues',
  'allowedValues',
  'defaultOutputEntry',
  'encapsulatedLogic',
  'variable',
]);

/** The same for DMN. */
export function onlyDmnChild(parent: string, child: string): string | undefined {
  if (oneExpression.has(parent) && expressions.has(child)) return 'expression';
  return dmnOnly.has(child) ? child : undefined;
}
