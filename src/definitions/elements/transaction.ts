import type { ElementReader } from './element-reader.js';

/** Transaction (BPMN 2.0.2 §10.3.5); what is inside it is read as a scope of its own. Its protocol and method are not looked at. */
export const readTransaction: ElementReader = () => ({ type: 'transaction' });
