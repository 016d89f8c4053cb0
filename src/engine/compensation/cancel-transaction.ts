import type { Execution } from '../execution.js';
import { interruptScope } from '../scope.js';
import type { CompensationRecord } from '../state.js';
import { ROOT_KEY } from '../state.js';
import { continueCompensation } from './compensate.js';

/**
 * A cancel end event has been reached: everything in the transaction around it is terminated, then what has completed in it is compensated
 * (BPMN 2.0.2 §10.3.5, §13.3.4). Neither its boundary events nor its event sub-processes wait any more. Of a transaction that is done
 * several times the cancel boundary event ends the whole, so that the whole is undone: all its iterations, also those that have completed.
 */
export function cancelTransaction(execution: Execution, key: number): void {
  const transaction = transactionAround(execution, key);
  execution.emit({ type: 'elementCompleted', key, flows: [] });
  const records = recordsWithin(execution, transaction);
  interruptScope(execution, transaction, 'all');
  execution.emit({
    type: 'compensationBegun',
    key: transaction,
    records,
    scopes: [transaction],
    canceling: true,
  });
  continueCompensation(execution, transaction);
}

function transactionAround(execution: Execution, key: number): number {
  for (let at = execution.scopeOf(key); at !== ROOT_KEY; at = execution.scopeOf(at)) {
    const { elementId, loop, iteration } = execution.instance(at);
    if (loop || execution.element(elementId).type !== 'transaction') continue;
    return iteration === undefined ? at : execution.scopeOf(at);
  }
  throw new Error(`Expected element instance ${key} to be inside a transaction.`);
}

/**
 * What has completed in a scope, and in the scopes inside it that are still open: these are remembered as they are, for what
 * completed inside them.
 */
function recordsWithin(execution: Execution, scope: number): readonly CompensationRecord[] {
  const inside = new Map<number, CompensationRecord[]>();
  for (const key of execution.tokens.within(scope).reverse()) {
    const {
      elementId,
      variables,
      compensations = [],
      compensating = [],
      ...instance
    } = execution.instance(key);
    const inner = [...compensations, ...compensating, ...(inside.get(key) ?? [])];
    if (key === scope) return inner;
    const around = instance.scope ?? ROOT_KEY;
    const isScope = !instance.loop && 'scope' in execution.element(elementId);
    const record = { key, elementId, isOpen: true, inner, ...(variables && { variables }) } as const;
    if (inner.length > 0)
      inside.set(around, [...(isScope ? [record] : inner), ...(inside.get(around) ?? [])]);
  }
  return [];
}
