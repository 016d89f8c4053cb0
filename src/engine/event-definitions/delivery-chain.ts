import type { Execution } from '../execution.js';
import { IncidentError } from '../incident-error.js';
import { DELIVERY_CHAIN_LIMIT } from '../limits.js';

/** @throws IncidentError when messages and signals have triggered each other too often without a command from outside. */
export function deliveriesLeft(execution: Execution): void {
  if (execution.hops < DELIVERY_CHAIN_LIMIT) return;
  throw new IncidentError(
    'delivery-chain-exceeded',
    `Expected at most ${DELIVERY_CHAIN_LIMIT} messages and signals to follow from one another. Do instances trigger each other for ever?`,
  );
}
