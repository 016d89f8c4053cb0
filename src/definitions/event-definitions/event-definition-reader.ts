import type { EventDefinition } from '../../engine/process-model.js';
import type { ModelElement } from '../model-element.js';
import type { ReadContext } from '../read-context.js';
import type { EventPlace } from './event-place.js';

/**
 * Reads the one definition of an event that stands at that place; reports what is wrong, and answers undefined
 * when that leaves nothing.
 */
export type EventDefinitionReader = (
  definition: ModelElement,
  event: ModelElement,
  place: EventPlace,
  context: ReadContext,
) => EventDefinition | undefined;
