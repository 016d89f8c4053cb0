import type {
  DecisionEvaluation,
  EvaluatedDecision,
  EvaluatedInput,
  ExecutableDecision,
  MatchedRule,
} from '../../engine/decision.js';
import type { JsonValue } from '../../engine/json.js';
import { withRun } from '../feel/index.js';
import type { FeelContext, Run, Value } from '../feel/index.js';
import { jsonValue } from '../feel/values/json-value.js';
import type { DecisionTable, TableOutcome } from './decision-table.js';
import type { DecisionPart, PartOutcome } from './read-decision.js';

/** Steps that a decision and all that it requires may take together. */
export const decisionStepBudget = 1_000_000;

/**
 * A decision that can be evaluated. `partsOf` answers what it requires, each after what it requires itself, and itself at the end; it is
 * asked when the decision is first evaluated, as each of a long chain of decisions requires all before it.
 */
export function executableDecision(
  asked: DecisionPart,
  partsOf: () => readonly DecisionPart[],
  versionTag: string | undefined,
): ExecutableDecision {
  let parts: readonly DecisionPart[] | undefined;
  const { decisionId, name, table } = asked;
  return {
    decisionId,
    ...(name !== undefined && { name }),
    ...(versionTag !== undefined && { versionTag }),
    ...(table !== undefined && { table: { outputs: table.outputs, isList: table.isList } }),
    evaluate: (context) => {
      const needed = (parts ??= partsOf());
      return withRun(context, decisionStepBudget, (run) => evaluate(run, needed, context));
    },
  };
}

function evaluate(run: Run, parts: readonly DecisionPart[], context: FeelContext): DecisionEvaluation {
  const results = new Map<string, Value>();
  const evaluatedDecisions: EvaluatedDecision[] = [];
  for (const part of parts) {
    const outcome = part.evaluate(run, context, results);
    results.set(part.decisionId, outcome.value);
    evaluatedDecisions.push(evaluated(run, part, outcome));
  }
  return { result: evaluatedDecisions.at(-1)?.result ?? null, evaluatedDecisions };
}

function evaluated(run: Run, part: DecisionPart, { value, table }: PartOutcome): EvaluatedDecision {
  const { decisionId, name, decisionType } = part;
  return {
    decisionId,
    ...(name !== undefined && { decisionName: name }),
    decisionType,
    result: json(run, value),
    ...(table !== undefined && part.table !== undefined && traceOf(run, part.table, table)),
  };
}

function traceOf(
  run: Run,
  table: DecisionTable,
  { inputs, hits }: TableOutcome,
): { inputs: readonly EvaluatedInput[]; matchedRules: readonly MatchedRule[] } {
  return {
    inputs: table.inputs.map((input, index) => ({ ...input, value: json(run, inputs[index] ?? null) })),
    matchedRules: hits.map(({ ruleIndex, values }) => {
      const { ruleId, annotations = [] } = table.rules[ruleIndex - 1] ?? {};
      const outputs = table.outputs.map((name, index) => [name, json(run, values[index] ?? null)] as const);
      return {
        ...(ruleId !== undefined && { ruleId }),
        ruleIndex,
        outputs: Object.fromEntries(outputs),
        ...(annotations.length > 0 && { annotations }),
      };
    }),
  };
}

/** FEEL promises JSON; its type says no more than unknown. */
function json(run: Run, value: Value): JsonValue {
  return jsonValue(run, value) as JsonValue;
}
