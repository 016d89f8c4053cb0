import type { ElementContent } from '../draft.js';
import type { ModelElement } from '../model-element.js';
import type { ReadContext } from '../read-context.js';

/** Reads what an element does; reports what is wrong, and answers undefined when that leaves nothing. */
export type ElementReader = (element: ModelElement, context: ReadContext) => ElementContent | undefined;
