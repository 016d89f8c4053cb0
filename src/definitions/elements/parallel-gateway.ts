import type { ElementReader } from './element-reader.js';

/** Parallel gateway (BPMN 2.0.2 §10.6.4): nothing to read. */
export const readParallelGateway: ElementReader = () => ({ type: 'parallelGateway' });
