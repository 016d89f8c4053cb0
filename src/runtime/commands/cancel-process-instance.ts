import { commandInstance } from '../instances.js';
import type { UseCase } from '../unit.js';

/** Ends an instance at once, with everything inside it and everything it called. */
export function cancelProcessInstance(processInstanceId: string): UseCase<null> {
  return (unit) => commandInstance(unit, processInstanceId, { type: 'cancelProcessInstance' });
}
