import { flag } from '../model-element.js';
import type { ElementReader } from './element-reader.js';

/** Event-based gateway (BPMN 2.0.2 §10.6.6), which may start instances; the parallel kind is refused elsewhere. */
export const readEventBasedGateway: ElementReader = (element) => ({
  type: 'eventBasedGateway',
  ...(flag(element, 'instantiate') && { instantiate: true }),
});
