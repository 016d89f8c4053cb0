import { evaluateKey } from '../evaluate.js';
import type { Execution } from '../execution.js';
import type { EscalationThrowDefinition } from '../process-model.js';
import { throwEscalation } from '../throw-escalation.js';

/**
 * Evaluates an escalation and answers how to throw it. It is not critical: the throw event goes on unless it is interrupted (BPMN 2.0.2
 * §10.5.7). @throws IncidentError
 */
export function prepareEscalationThrow(
  execution: Execution,
  key: number,
  elementId: string,
  definition: EscalationThrowDefinition,
): () => void {
  const what = `the escalation code of "${elementId}"`;
  const escalationCode = evaluateKey(definition.escalationCode, execution.context(key), what);
  return () =>
    throwEscalation(execution, key, { escalationCode, variables: execution.instance(key).variables ?? {} });
}
