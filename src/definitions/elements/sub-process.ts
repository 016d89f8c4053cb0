import { flag } from '../model-element.js';
import type { ElementReader } from './element-reader.js';

/** Embedded or event sub-process (BPMN 2.0.2 §10.3.5); what is inside it is read as a scope of its own. */
export const readSubProcess: ElementReader = (element) => ({
  type: 'subProcess',
  triggeredByEvent: flag(element, 'triggeredByEvent'),
});
