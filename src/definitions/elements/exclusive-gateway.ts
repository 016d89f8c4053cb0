import type { ElementReader } from './element-reader.js';

/** Exclusive gateway (BPMN 2.0.2 §10.6.2): its conditions stand on its flows. */
export const readExclusiveGateway: ElementReader = () => ({ type: 'exclusiveGateway' });
