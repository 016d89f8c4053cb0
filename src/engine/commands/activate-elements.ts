import { chooseElements } from '../ad-hoc.js';
import { adHocAt } from '../ad-hoc-scope.js';
import type { ActivateElements } from '../command.js';
import { choices, unknownIn } from '../elements/ad-hoc-sub-process.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import { holderOf } from '../variables.js';

/** The performer of an ad-hoc sub-process chooses what is done next (BPMN 2.0.2 §13.3.5). */
export function activateElements(execution: Execution, command: ActivateElements): Rejection | undefined {
  const { elementInstanceKey: key, elementIds, variables } = command;
  const instance = execution.find(key);
  const name = `element instance ${execution.state.processInstanceId}-${key}`;
  if (!instance) return { code: 'not-found', message: `Expected ${name} to be active but it is not.` };
  const element = adHocAt(execution, key);
  if (!element) {
    const message = `Expected ${name} to be an ad-hoc sub-process but it is "${instance.elementId}".`;
    return { code: 'invalid-state', message };
  }
  const { incident, postponed, interrupted, adHoc } = instance;
  if (incident ?? postponed ?? interrupted ?? adHoc?.done) {
    const found = incident
      ? `has the incident ${incident.code}`
      : adHoc?.done || interrupted
        ? 'is ending'
        : 'has not begun';
    return {
      code: 'invalid-state',
      message: `Expected "${element.id}" to take further elements but it ${found}.`,
    };
  }
  const unknown = unknownIn(element, elementIds);
  if (unknown !== undefined) {
    const message = `Expected the elements to activate to be ${choices(element)} but found "${unknown}".`;
    return { code: 'invalid-argument', message };
  }
  for (const [variable, value] of Object.entries(variables)) {
    const holder = holderOf(execution.state.elementInstances, key, variable);
    execution.emit({ type: 'variablesSet', key: holder, variables: Object.fromEntries([[variable, value]]) });
  }
  chooseElements(execution, element, key, elementIds);
  return undefined;
}
