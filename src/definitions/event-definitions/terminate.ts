import type { EventDefinitionReader } from './event-definition-reader.js';

/** Terminate end event (BPMN 2.0.2 §10.5.5): nothing to read. */
export const readTerminateEvent: EventDefinitionReader = () => ({ kind: 'terminate' });
