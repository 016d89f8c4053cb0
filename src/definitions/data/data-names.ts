import { isVariableName } from '../field-values.js';
import { attribute, child, children } from '../model-element.js';
import type { ModelElement } from '../model-element.js';

/** What bpmn.io's modelers call the property that a drawn association needs as its end. */
const modelersPlaceholder = '__targetRef_placeholder';

/** Where a data object or property is kept: a process, a sub-process, or for properties any activity or event. */
const itemLists = ['properties', 'flowElements'] as const;

/**
 * The variables that an element declares (BPMN 2.0.2 §10.4.1): its data objects and properties, by name. A data object without a name has
 * that of the first reference to it, which is where modelers write it. What is no name of a variable is drawn for people.
 */
export function declaredNames(owner: ModelElement): readonly string[] {
  const names = itemLists
    .flatMap((list) => children(owner, list))
    .filter(({ $type }) => $type === 'bpmn:Property' || $type === 'bpmn:DataObject')
    .flatMap((item) => dataName(item) ?? []);
  return [...new Set(names)];
}

/** The variable that a data object, a reference to one, a property, an input or an output stands for. */
export function dataName(item: ModelElement): string | undefined {
  const object = item.$type === 'bpmn:DataObjectReference' ? (child(item, 'dataObjectRef') ?? item) : item;
  const named = [object, ...referencesTo(object), item].map((it) => attribute(it, 'name')?.trim() ?? '');
  return named.find((name) => isVariableName(name) && name !== modelersPlaceholder);
}

function referencesTo(object: ModelElement): readonly ModelElement[] {
  if (object.$type !== 'bpmn:DataObject' || object.$parent === undefined) return [];
  return children(object.$parent, 'flowElements').filter(
    (element) =>
      element.$type === 'bpmn:DataObjectReference' && child(element, 'dataObjectRef') === object,
  );
}
