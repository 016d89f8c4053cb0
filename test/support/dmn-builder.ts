import { xmlElement, xmlText } from './xml-text.js';

/** A column that is tested: `{ expression: 'age', typeRef: 'number' }`. */
export interface InputOptions {
  readonly expression: string;
  readonly label?: string;
  readonly typeRef?: string;
  /** `inputValues`. */
  readonly values?: string;
}

export interface OutputOptions {
  readonly name?: string;
  readonly typeRef?: string;
  /** `outputValues`. */
  readonly values?: string;
  readonly default?: string;
}

export interface TableOptions {
  readonly hitPolicy?: string;
  readonly aggregation?: string;
  readonly inputs: readonly InputOptions[];
  readonly outputs: readonly OutputOptions[];
  /** Cells from left to right: first those of the inputs. */
  readonly rules: readonly (readonly string[])[];
}

export interface DecisionOptions {
  readonly name?: string;
  /** `requiredInput`, `requiredDecision` and `requiredKnowledge`, by id. */
  readonly inputs?: readonly string[];
  readonly decisions?: readonly string[];
  readonly knowledge?: readonly string[];
  readonly typeRef?: string;
  readonly versionTag?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

type Lines = readonly string[];

const text = (source: string): Lines => [xmlText('text', '', source)];

/** `literalExpression`. */
export function literal(source: string, attributes: Readonly<Record<string, string>> = {}): Lines {
  return xmlElement('literalExpression', attributes, text(source));
}

/** `decisionTable`; rule n has the id `prefix_n`. */
export function table(options: TableOptions, id = 't'): Lines {
  const { hitPolicy, aggregation, inputs, outputs, rules } = options;
  return xmlElement('decisionTable', { id, hitPolicy, aggregation }, [
    ...inputs.flatMap(({ expression, label, typeRef, values }, index) =>
      xmlElement('input', { id: `${id}_i${index + 1}`, label }, [
        ...xmlElement('inputExpression', { typeRef }, text(expression)),
        ...(values === undefined ? [] : xmlElement('inputValues', {}, text(values))),
      ]),
    ),
    ...outputs.flatMap(({ name, typeRef, values, default: byDefault }, index) =>
      xmlElement('output', { id: `${id}_o${index + 1}`, name, typeRef }, [
        ...(values === undefined ? [] : xmlElement('outputValues', {}, text(values))),
        ...(byDefault === undefined ? [] : xmlElement('defaultOutputEntry', {}, text(byDefault))),
      ]),
    ),
    ...rules.flatMap((cells, index) =>
      xmlElement('rule', { id: `${id}_${index + 1}` }, [
        ...cells.slice(0, inputs.length).flatMap((cell) => xmlElement('inputEntry', {}, text(cell))),
        ...cells.slice(inputs.length).flatMap((cell) => xmlElement('outputEntry', {}, text(cell))),
      ]),
    ),
  ]);
}

/** `decision`; its variable has its name. */
export function decision(id: string, logic: Lines, options: DecisionOptions = {}): Lines {
  const { name = id, inputs = [], decisions = [], knowledge = [], typeRef, versionTag, attributes } = options;
  const information = (tag: string, ids: Lines) =>
    ids.flatMap((href) => xmlElement('informationRequirement', {}, xmlElement(tag, { href: `#${href}` })));
  return xmlElement('decision', { id, name, ...attributes }, [
    ...(versionTag === undefined
      ? []
      : xmlElement('extensionElements', {}, xmlElement('zeebe:versionTag', { value: versionTag }))),
    ...xmlElement('variable', { name, typeRef }),
    ...information('requiredDecision', decisions),
    ...information('requiredInput', inputs),
    ...knowledge.flatMap((href) =>
      xmlElement('knowledgeRequirement', {}, xmlElement('requiredKnowledge', { href: `#${href}` })),
    ),
    ...logic,
  ]);
}

/** `inputData`. */
export function inputData(id: string, name = id, typeRef?: string): Lines {
  return xmlElement('inputData', { id, name }, xmlElement('variable', { name, typeRef }));
}

/** `businessKnowledgeModel`: a function of the model. */
export function knowledgeModel(
  id: string,
  parameters: readonly string[],
  body: Lines,
  { name = id, knowledge = [] }: Pick<DecisionOptions, 'name' | 'knowledge'> = {},
): Lines {
  return xmlElement('businessKnowledgeModel', { id, name }, [
    ...xmlElement('variable', { name }),
    ...xmlElement('encapsulatedLogic', {}, [
      ...parameters.flatMap((parameter) => xmlElement('formalParameter', { name: parameter })),
      ...body,
    ]),
    ...knowledge.flatMap((href) =>
      xmlElement('knowledgeRequirement', {}, xmlElement('requiredKnowledge', { href: `#${href}` })),
    ),
  ]);
}

/** The namespace of a version of DMN. */
export const dmnNamespaces = {
  '1.1': 'http://www.omg.org/spec/DMN/20151101/dmn.xsd',
  '1.2': 'http://www.omg.org/spec/DMN/20180521/MODEL/',
  '1.3': 'https://www.omg.org/spec/DMN/20191111/MODEL/',
  '1.4': 'https://www.omg.org/spec/DMN/20211108/MODEL/',
  '1.5': 'https://www.omg.org/spec/DMN/20230324/MODEL/',
} as const;

export interface DefinitionsOptions {
  readonly version?: keyof typeof dmnNamespaces;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A whole DMN file. */
export function dmn(
  parts: readonly Lines[],
  { version = '1.3', attributes = {} }: DefinitionsOptions = {},
): string {
  const lines = xmlElement(
    'definitions',
    {
      xmlns: dmnNamespaces[version],
      'xmlns:zeebe': 'http://camunda.org/schema/zeebe/1.0',
      id: 'definitions',
      name: 'model',
      namespace: 'urn:test',
      ...attributes,
    },
    parts.flat(),
  );
  return ['<?xml version="1.0" encoding="UTF-8"?>', ...lines, ''].join('\n');
}
