import type { Execution } from './execution.js';
import type { ElementInstance } from './state.js';
import { ROOT_KEY } from './state.js';

/**
 * Cancels an open element instance with everything inside it, the innermost first. The handlers that it waits for, as it compensates, go
 * with it wherever they are (BPMN 2.0.2 §13.5.5): nobody would go on when they are done.
 */
export function cancelElement(execution: Execution, key: number): void {
  for (const canceled of execution.tokens.within(key).reverse()) {
    const instance = execution.find(canceled);
    // It has gone with what waited for it.
    if (!instance) continue;
    if (instance.compensating) {
      for (const handler of handlersOf(execution, canceled)) cancelElement(execution, handler);
    }
    closeWaits(execution, canceled, instance);
    execution.emit({ type: instance.reopened ? 'scopeClosed' : 'elementCanceled', key: canceled });
  }
}

function handlersOf(execution: Execution, compensator: number): readonly number[] {
  return execution.state.elementInstances
    .entries()
    .flatMap(([key, { compensates }]) => (compensates === compensator ? [key] : []));
}

/** Cancels everything inside a scope, tokens under way included, but not the scope. */
export function cancelInside(execution: Execution, scope: number, except?: number): void {
  execution.dropTokensOnFlows(scope);
  for (const key of execution.tokens.in(scope)) {
    if (key !== except && execution.find(key)) cancelElement(execution, key);
  }
}

/** Cancels everything in the instance: what is left is to say how it ended. */
export function cancelProcess(execution: Execution): void {
  cancelInside(execution, ROOT_KEY);
  closeWaits(execution, ROOT_KEY, execution.instance(ROOT_KEY));
}

/** The rows that stand for an element instance's waits and incident are not wanted any more. */
export function closeWaits(execution: Execution, key: number, instance: ElementInstance): void {
  if (instance.incident) {
    execution.effect({ type: 'resolveIncident', incidentKey: instance.incident.key });
  }
  for (const wait of instance.waits ?? []) {
    switch (wait.kind) {
      case 'job':
        execution.effect({ type: 'removeJob', jobKey: wait.key });
        break;
      case 'userTask':
        execution.effect({ type: 'endUserTask', userTaskKey: wait.key, outcome: 'canceled' });
        break;
      case 'call':
        execution.effect({ type: 'cancelCalledInstance', elementInstanceKey: key, callKey: wait.key });
        break;
      case 'timer':
        execution.effect({ type: 'removeTimer', timerKey: wait.key });
        break;
      case 'message':
        execution.effect({ type: 'closeMessageSubscription', subscriptionKey: wait.key });
        break;
      case 'signal':
        execution.effect({ type: 'closeSignalSubscription', subscriptionKey: wait.key });
        break;
      case 'conditional':
        break;
      default:
        wait satisfies never;
    }
  }
}
