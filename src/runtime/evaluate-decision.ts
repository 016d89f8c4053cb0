import type { DecisionEvaluation, ExecutableDecision } from '../engine/decision.js';
import { ownValue } from '../engine/json.js';
import type { Variables } from '../engine/json.js';
import type { DecisionCache } from './decision-cache.js';
import { notFound } from './instances.js';
import type { Outcome } from './outcome.js';
import { done, refused } from './outcome.js';
import type { DecisionDefinitionRow, Queries } from './ports.js';
import type { EvaluateDecisionInput, EvaluatedDecisionDefinition } from './runtime.js';

/** Evaluates a deployed decision over the given variables. It reads what is committed and writes nothing. */
export async function evaluateDecision(
  queries: Queries,
  cache: DecisionCache,
  tenantId: string,
  now: number,
  input: EvaluateDecisionInput,
): Promise<Outcome<EvaluatedDecisionDefinition>> {
  const found = await definitionOf(queries, tenantId, input);
  if (!found.ok) return found;
  const { decisionId, decisionDefinitionId, version } = found.value;
  const decision = await cache.get({ loadResource: queries.resource }, found.value);
  const evaluated = evaluate(decision, input.variables ?? {}, now);
  return evaluated.ok ? done({ decisionId, decisionDefinitionId, version, ...evaluated.value }) : evaluated;
}

/** What an evaluation throws is told in its own words: the data did not fit the model. */
function evaluate(
  decision: ExecutableDecision,
  variables: Variables,
  now: number,
): Outcome<DecisionEvaluation> {
  try {
    return done(decision.evaluate({ now, get: (name) => ownValue(variables, name) }));
  } catch (error) {
    return refused('decision-failed', error instanceof Error ? error.message : String(error));
  }
}

async function definitionOf(
  queries: Queries,
  tenantId: string,
  { decisionId, decisionDefinitionId, version }: EvaluateDecisionInput,
): Promise<Outcome<DecisionDefinitionRow>> {
  if (decisionDefinitionId !== undefined && decisionId === undefined && version === undefined) {
    const row = await queries.decisionDefinition(tenantId, decisionDefinitionId);
    return row ? done(row) : notFound('decision definition', decisionDefinitionId);
  }
  if (decisionId === undefined || decisionDefinitionId !== undefined) {
    return refused(
      'invalid-argument',
      'Expected either decisionId (and perhaps version) or decisionDefinitionId, not both and not neither.',
    );
  }
  const row = await queries.decisionDefinitionVersion(tenantId, decisionId, version);
  if (row) return done(row);
  const which = version === undefined ? '' : ` in version ${version}`;
  return refused('not-found', `Expected decision "${decisionId}"${which} to be deployed but it is not.`);
}
