import { attribute, describe } from '../model-element.js';
import type { EventDefinitionReader } from './event-definition-reader.js';

/** Link (BPMN 2.0.2 §10.5.5), source or target, told by its name. */
export const readLinkEvent: EventDefinitionReader = (definition, event, _place, context) => {
  const name = attribute(definition, 'name')?.trim();
  if (name) return { kind: 'link', name };
  const message = `Expected the linkEventDefinition of ${describe(event)} to have a name but found none.`;
  context.log.report('invalid-link', event, message);
  return undefined;
};
