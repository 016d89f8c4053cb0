import type { EventDefinitionReader } from './event-definition-reader.js';

/** Cancel event of a transaction (BPMN 2.0.2 §10.5.5): nothing to read. */
export const readCancelEvent: EventDefinitionReader = () => ({ kind: 'cancel' });
