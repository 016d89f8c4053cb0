import type { ElementReader } from './element-reader.js';

/** Abstract task (BPMN 2.0.2 §10.3.3): nothing to read. */
export const readTask: ElementReader = () => ({ type: 'task' });
