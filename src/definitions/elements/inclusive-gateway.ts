import type { ElementReader } from './element-reader.js';

/** Inclusive gateway (BPMN 2.0.2 §10.6.3): its conditions stand on its flows. */
export const readInclusiveGateway: ElementReader = () => ({ type: 'inclusiveGateway' });
