import { isMet } from '../../engine/event-definitions/conditional.js';
import { IncidentError } from '../../engine/incident-error.js';
import { ownValue } from '../../engine/json.js';
import { startersOf } from '../../engine/starters.js';
import type { EvaluationContext } from '../../engine/process-model.js';
import { startInstance } from '../apply-command.js';
import { done, refused } from '../outcome.js';
import type { EvaluateConditionsInput, EvaluatedConditions } from '../runtime.js';
import type { UseCase } from '../unit.js';

/**
 * Evaluates the conditional start events of every latest version, or of one process, with the given variables; each whose condition is
 * true starts an instance with them (BPMN 2.0.2 §10.5.2, §10.5.5). A condition that gives neither true nor false is told.
 */
export function evaluateConditions(input: EvaluateConditionsInput): UseCase<EvaluatedConditions> {
  return async (unit) => {
    const { bpmnProcessId, businessKey, variables = {} } = input;
    const { tx, context, definitions } = unit;
    const { tenantId } = context;
    if (bpmnProcessId !== undefined && !(await tx.definitions.findLatest(tenantId, bpmnProcessId))) {
      return refused('not-found', `Expected process "${bpmnProcessId}" to be deployed but it is not.`);
    }
    const seen: EvaluationContext = { now: tx.now, get: (name) => ownValue(variables, name) };
    const startedProcessInstances: string[] = [];
    const problems: EvaluatedConditions['problems'][number][] = [];
    for (const start of await tx.startSubscriptions.find(tenantId, 'conditional', '')) {
      const { processDefinitionId, elementId } = start;
      if (bpmnProcessId !== undefined && bpmnProcessId !== start.bpmnProcessId) continue;
      const definition = await tx.definitions.find(tenantId, processDefinitionId);
      if (!definition) continue;
      const process = await definitions.get(tx.definitions, tenantId, processDefinitionId);
      const conditions = startersOf(process).flatMap(({ element, definition }) =>
        element.id === elementId && definition.kind === 'conditional' ? [definition] : [],
      );
      try {
        if (!conditions.some((condition) => isMet(condition, seen, elementId))) continue;
      } catch (error) {
        if (!(error instanceof IncidentError)) throw error;
        problems.push({ bpmnProcessId: start.bpmnProcessId, elementId, message: error.message });
        continue;
      }
      const outcome = await startInstance(unit, definition, {
        startElementId: elementId,
        variables,
        ...(businessKey === undefined ? {} : { businessKey }),
      });
      if (!outcome.ok) throw new Error(`A conditional start refused to start: ${outcome.problem.detail}`);
      startedProcessInstances.push(outcome.value.processInstanceId);
    }
    return done({ startedProcessInstances, problems });
  };
}
