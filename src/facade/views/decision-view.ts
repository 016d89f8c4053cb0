import type { z } from 'zod';
import type { decisionDefinition, evaluateDecision } from '../../contract/decisions.js';
import type { DecisionDefinitionRow } from '../../runtime/ports.js';
import type { EvaluatedDecisionDefinition } from '../../runtime/runtime.js';
import { timeText } from './time-text.js';

/** A decision definition as the contract shows it. */
export function decisionDefinitionView(row: DecisionDefinitionRow): z.input<typeof decisionDefinition> {
  return {
    decisionDefinitionId: row.decisionDefinitionId,
    decisionId: row.decisionId,
    name: row.name,
    version: row.version,
    versionTag: row.versionTag,
    deploymentId: row.deploymentId,
    resourceName: row.resourceName,
    deployedAt: timeText(row.deployedAt),
  };
}

type EvaluationView = z.input<(typeof evaluateDecision)['responses'][200]>;
type RuleView = EvaluationView['matchedRules'][number];
type Evaluated = EvaluatedDecisionDefinition['evaluatedDecisions'][number];

/** What a decision has come to, as the contract shows it. */
export function evaluationView(evaluation: EvaluatedDecisionDefinition): EvaluationView {
  const { decisionId, decisionDefinitionId, version, result, evaluatedDecisions } = evaluation;
  return {
    decisionId,
    decisionDefinitionId,
    version,
    result,
    matchedRules: ruleViews(evaluatedDecisions.at(-1)?.matchedRules ?? []),
    evaluatedDecisions: evaluatedDecisions.map(({ inputs, matchedRules, ...decision }) => ({
      ...decision,
      ...(inputs && { inputs: [...inputs] }),
      ...(matchedRules && { matchedRules: ruleViews(matchedRules) }),
    })),
  };
}

function ruleViews(rules: NonNullable<Evaluated['matchedRules']>): RuleView[] {
  return rules.map(({ annotations, ...rule }) => ({
    ...rule,
    ...(annotations && { annotations: [...annotations] }),
  }));
}
