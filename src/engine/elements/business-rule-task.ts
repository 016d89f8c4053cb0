import type { BoundDecision, DecisionEvaluation } from '../decision.js';
import { mappedResult } from '../decision-result.js';
import { evaluateString } from '../evaluate.js';
import type { Execution } from '../execution.js';
import { IncidentError } from '../incident-error.js';
import { createJob } from '../job.js';
import type { BusinessRuleTask, EvaluationContext } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';

/**
 * BPMN 2.0.2 §10.3.3, §13.3.3: the rules are called, and the task completes when they have answered. A decision is evaluated
 * inside the command, over the variables that are visible here; whatever else does the rules is a job.
 */
export const businessRuleTask: ElementBehavior<BusinessRuleTask> = {
  activate(execution, element, key) {
    const { rules } = element;
    if (rules.kind === 'job') return createJob(execution, element, key, rules.job);
    const context = execution.context(key);
    const { bound, evaluation } = decide(execution, element, rules, context);
    const result = mappedResult(rules.result, bound.decision, evaluation.result);
    const { decisionDefinitionId, decisionId, version } = bound;
    execution.emit({
      type: 'decisionEvaluated',
      key,
      decisionDefinitionId,
      decisionId,
      version,
      evaluated: evaluation.evaluatedDecisions.map(({ decisionId: id, matchedRules }) => ({
        decisionId: id,
        ...(matchedRules && {
          matchedRules: matchedRules.map(({ ruleId, ruleIndex }) =>
            ruleId === undefined ? { ruleIndex } : { ruleId, ruleIndex },
          ),
        }),
      })),
    });
    const resultVariable = rules.resultVariable ?? (element.outputs.length > 0 ? unnamedResult : undefined);
    if (resultVariable !== undefined) execution.receiveResult(key, { [resultVariable]: result });
    execution.complete(key);
  },
};

/** What output mappings see the result as where nothing names it, as in Camunda 7. */
const unnamedResult = 'decisionResult';

/** @throws IncidentError when there is no such decision, or it has no result */
function decide(
  execution: Execution,
  element: BusinessRuleTask,
  rules: Extract<BusinessRuleTask['rules'], { kind: 'decision' }>,
  context: EvaluationContext,
): { readonly bound: BoundDecision; readonly evaluation: DecisionEvaluation } {
  const decisionId = evaluateString(rules.decisionId, context, `the called decision of "${element.id}"`);
  const bound = execution.decision({ decisionId, binding: rules.binding });
  if ('missing' in bound) throw new IncidentError('called-decision-not-found', bound.missing);
  try {
    return { bound, evaluation: bound.decision.evaluate(context) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new IncidentError(
      'decision-failed',
      `Expected a result of decision "${decisionId}" but found none: ${reason}`,
    );
  }
}
