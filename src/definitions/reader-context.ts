import type { ImportWarning } from 'bpmn-moddle';
import { attribute, isModelElement } from './model-element.js';
import type { ModelElement } from './model-element.js';
import { localId } from './qname.js';
import type { QNames } from './qname.js';
import { isNamedForNothing } from './unused-ids.js';

/** What moddle-xml's reader keeps while it reads a file, as far as it is changed here. */
export interface ReaderContext {
  elementsById: Record<string, unknown>;
  addElement(element: unknown): void;
  addWarning(warning: ImportWarning): void;
}

/** What the warning about an element says that is dropped because an executed one has its id already. */
export const repeatedId = 'repeated id';

/**
 * Changes what moddle-xml does with ids and references. It drops an element, with all that is inside, whose id is no
 * XML name or is given twice, so that what follows from its absence would be told instead of what is wrong (the guard has reported the
 * id): here only the second of two elements that are executed is dropped. And it takes references for ids as they stand, though they are
 * QNames.
 */
export function adaptReader(
  context: ReaderContext,
  names: QNames,
  onWarning: (warning: ImportWarning) => void,
): void {
  const elements = new Map<string, ModelElement>();
  context.addWarning = onWarning;
  context.addElement = (element) => {
    if (!isModelElement(element) || element.$descriptor.isGeneric) return;
    const id = attribute(element, 'id');
    if (id === undefined) return;
    const earlier = elements.get(id);
    if (earlier === undefined || isNamedForNothing(earlier.$type)) elements.set(id, element);
    else if (!isNamedForNothing(element.$type)) throw new Error(`${repeatedId} <${id}>`);
  };
  const byReference: Record<string, unknown> = {};
  context.elementsById = new Proxy(byReference, {
    get: (_target, reference) =>
      typeof reference === 'string'
        ? (elements.get(reference) ?? elements.get(localId(reference, names)))
        : undefined,
  });
}
