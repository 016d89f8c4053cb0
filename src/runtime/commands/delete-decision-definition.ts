import { notFound } from '../instances.js';
import { done } from '../outcome.js';
import { reachesDecisions } from '../reach.js';
import type { UseCase } from '../unit.js';

/** Takes a version away; where it was the latest, the one before is it again. Calls under way have been answered already. */
export function deleteDecisionDefinition(decisionDefinitionId: string): UseCase<null> {
  return async ({ tx, audit, context: { tenantId, reach } }) => {
    await tx.definitions.lockDeployments(tenantId);
    const row = await tx.decisionDefinitions.find(tenantId, decisionDefinitionId);
    if (!row || !reachesDecisions(reach)) return notFound('decision definition', decisionDefinitionId);
    const { decisionId, version } = row;
    audit.change({ decisionId, version }, undefined);
    tx.decisionDefinitions.remove(decisionDefinitionId);
    return done(null);
  };
}
