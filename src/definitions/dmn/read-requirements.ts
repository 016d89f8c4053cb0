import { attribute, child, children, describe, idOf } from '../model-element.js';
import type { ModelElement } from '../model-element.js';
import { nameIn } from './model-reading.js';
import type { DmnContext } from './model-reading.js';

/** What a decision or business knowledge model requires (DMN 1.3, 6.2.2), resolved; each once. */
export interface Requirements {
  readonly inputs: readonly ModelElement[];
  readonly decisions: readonly ModelElement[];
  readonly knowledge: readonly ModelElement[];
}

/** The elements of a requirements graph by their ids. */
export interface RequirementsGraph {
  readonly namespace: string;
  readonly byId: ReadonlyMap<string, ModelElement>;
}

export function readGraph(definitions: ModelElement): RequirementsGraph {
  const elements = children(definitions, 'drgElement');
  return {
    namespace: attribute(definitions, 'namespace') ?? '',
    byId: new Map(elements.map((element) => [idOf(element) ?? '', element] as const)),
  };
}

/** Reads what an element requires; what is not there, or of another kind, is reported. */
export function readRequirements(
  element: ModelElement,
  graph: RequirementsGraph,
  context: DmnContext,
): Requirements {
  const information = children(element, 'informationRequirement');
  const of = (from: readonly ModelElement[], property: string, type: string) => [
    ...new Set(from.flatMap((it) => resolve(it, property, type, element, graph, context) ?? [])),
  ];
  const requirements = {
    inputs: of(information, 'requiredInput', 'dmn:InputData'),
    decisions: of(information, 'requiredDecision', 'dmn:Decision'),
    knowledge: of(
      children(element, 'knowledgeRequirement'),
      'requiredKnowledge',
      'dmn:BusinessKnowledgeModel',
    ),
  };
  reportSameNames(element, requirements, context);
  return requirements;
}

/** What the result of an element is called in expressions: its variable's name, which should be its own. */
export function variableNameOf(element: ModelElement): string {
  const variable = child(element, 'variable');
  const name = nameIn(variable && attribute(variable, 'name')) ?? nameIn(attribute(element, 'name'));
  return name ?? idOf(element) ?? '';
}

function resolve(
  requirement: ModelElement,
  property: string,
  type: string,
  owner: ModelElement,
  { namespace, byId }: RequirementsGraph,
  { log }: DmnContext,
): ModelElement | undefined {
  const reference = child(requirement, property);
  if (reference === undefined) return undefined;
  const href = attribute(reference, 'href') ?? '';
  const [before, id = ''] = [href.slice(0, href.indexOf('#')), href.slice(href.indexOf('#') + 1)];
  const isLocal = href.includes('#') && (before === '' || before === namespace);
  const found = isLocal ? byId.get(id) : undefined;
  if (found?.$type === type) return found;
  const what =
    found === undefined ? `"${href.slice(0, 100)}", which this file does not have` : describe(found);
  const message = `Expected ${property} of ${describe(owner)} to be a ${type.slice('dmn:'.length)} of the same file but found ${what}.`;
  log.report('invalid-requirement', owner, message);
  return undefined;
}

function reportSameNames(
  element: ModelElement,
  { inputs, decisions, knowledge }: Requirements,
  { log }: DmnContext,
): void {
  const byName = new Map<string, ModelElement>();
  for (const required of [...inputs, ...decisions, ...knowledge]) {
    const name = variableNameOf(required);
    const twin = byName.get(name);
    byName.set(name, required);
    if (twin === undefined) continue;
    const message = `Expected what ${describe(element)} requires to have different names but ${describe(twin)} and ${describe(required)} are both "${name.slice(0, 100)}".`;
    log.report('invalid-requirement', element, message);
  }
}
