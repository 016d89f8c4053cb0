import type { ElementReader } from './element-reader.js';

/** Manual task (BPMN 2.0.2 §10.3.3): done outside the engine, nothing to read. */
export const readManualTask: ElementReader = () => ({ type: 'manualTask' });
