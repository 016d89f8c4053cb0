import assert from 'node:assert/strict';
import { readDmn } from '../../../src/definitions/index.js';
import type { Diagnostic } from '../../../src/definitions/index.js';
import type { DecisionEvaluation, ExecutableDecision } from '../../../src/engine/decision.js';
import type { JsonValue, Variables } from '../../../src/engine/json.js';
import { ownValue } from '../../../src/engine/json.js';

/** 2026-01-01T00:00:00Z. */
const NOW = Date.UTC(2026, 0, 1);

/** The decisions of a model that deploys; fails with its diagnostics when it does not. */
export async function decisionsOf(xml: string): Promise<readonly ExecutableDecision[]> {
  const result = await readDmn({ name: 'test.dmn', content: xml }, { purpose: 'deploy' });
  assert.ok(result.ok, JSON.stringify(result.diagnostics, null, 2));
  return result.decisions;
}

export async function diagnosticsOf(xml: string): Promise<readonly Diagnostic[]> {
  return (await readDmn({ name: 'test.dmn', content: xml }, { purpose: 'deploy' })).diagnostics;
}

/** Evaluates one decision of a model: by its id, else the last. */
export async function evaluationOf(
  xml: string,
  variables: Variables,
  id?: string,
): Promise<DecisionEvaluation> {
  const decisions = await decisionsOf(xml);
  const decision =
    id === undefined ? decisions.at(-1) : decisions.find(({ decisionId }) => decisionId === id);
  assert.ok(decision, `Expected a decision ${id ?? ''}`);
  return evaluate(decision, variables);
}

export function evaluate(decision: ExecutableDecision, variables: Variables): DecisionEvaluation {
  const evaluation = decision.evaluate({ now: NOW, get: (name) => ownValue(variables, name) });
  assert.deepEqual(
    decision.evaluate({ now: NOW, get: (name) => ownValue(variables, name) }),
    evaluation,
    'Expected the same variables to give the same result.',
  );
  assert.deepEqual(JSON.parse(JSON.stringify(evaluation)), evaluation, 'Expected nothing but JSON.');
  return evaluation;
}

export async function resultOf(xml: string, variables: Variables, id?: string): Promise<JsonValue> {
  return (await evaluationOf(xml, variables, id)).result;
}
