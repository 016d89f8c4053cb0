import { evaluateKey, evaluateString } from '../evaluate.js';
import { IncidentError } from '../incident-error.js';
import { CALL_CHAIN_LIMIT, CALL_DEPTH_LIMIT } from '../limits.js';
import type { CallActivity } from '../process-model.js';
import { caughtErrorsAt } from '../throw-error.js';
import { caughtEscalationsAt } from '../throw-escalation.js';
import { visibleVariables } from '../variables.js';
import type { ElementBehavior } from './behavior.js';

/**
 * BPMN 2.0.2 §10.3.6, §13.3.4: calls a process and waits for it. The called instance has data of its own; only what is
 * mapped or propagated crosses. Which version is called, the shell finds out; if there is none it answers with `failCall`.
 */
export const callActivity: ElementBehavior<CallActivity> = {
  activate(execution, element, key) {
    const context = execution.context(key);
    const bpmnProcessId = evaluateString(
      element.calledProcessId,
      context,
      `the called process of "${element.id}"`,
    );
    const businessKey = element.businessKey
      ? evaluateKey(element.businessKey, context, `the business key of "${element.id}"`)
      : execution.state.businessKey;
    const depth = (execution.state.parent?.depth ?? 0) + 1;
    if (depth > CALL_DEPTH_LIMIT) {
      throw new IncidentError(
        'call-depth-exceeded',
        `Expected call activities to be nested at most ${CALL_DEPTH_LIMIT} deep. Does a process call itself?`,
      );
    }
    if (execution.calls >= CALL_CHAIN_LIMIT) {
      throw new IncidentError(
        'delivery-chain-exceeded',
        `Expected at most ${CALL_CHAIN_LIMIT} calls and their ends to follow from one another. Is "${element.id}" in a loop without a wait? Resolving goes on.`,
      );
    }
    const caughtEscalations = caughtEscalationsAt(execution, key);
    const callKey = execution.nextKey();
    execution.emit({ type: 'callRequested', key, callKey, bpmnProcessId });
    execution.effect({
      type: 'startCalledInstance',
      callKey,
      elementInstanceKey: key,
      bpmnProcessId,
      binding: element.binding,
      ...(businessKey === undefined ? {} : { businessKey }),
      variables: element.propagateAllParentVariables
        ? visibleVariables(execution.state.elementInstances, key)
        : (execution.instance(key).variables ?? {}),
      parent: {
        processInstanceId: execution.state.processInstanceId,
        elementInstanceKey: key,
        callKey,
        depth,
        caughtErrors: caughtErrorsAt(execution, key),
        ...(caughtEscalations.length > 0 && { caughtEscalations }),
      },
    });
  },
};
