import type { FlowNode } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';

/** Abstract and manual tasks: not managed by the engine, complete upon activation (BPMN 2.0.2 §13.3.3). */
export const passThrough: ElementBehavior<FlowNode> = {
  activate: (execution, _element, key) => execution.complete(key),
};
