import type { ElementReader } from './element-reader.js';

/** Event-based gateway (BPMN 2.0.2 §10.6.6); starting instances and the parallel kind are refused elsewhere. */
export const readEventBasedGateway: ElementReader = () => ({ type: 'eventBasedGateway' });
