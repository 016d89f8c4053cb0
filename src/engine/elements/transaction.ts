import type { Transaction } from '../process-model.js';
import { fillScope } from '../scope.js';
import type { ElementBehavior } from './behavior.js';

/** BPMN 2.0.2 §10.3.5: a sub-process; what sets it apart is what a cancel end event inside does. */
export const transaction: ElementBehavior<Transaction> = {
  activate: (execution, _element, key) => fillScope(execution, key),
};
