import type { ExecutableDecision } from '../../engine/decision.js';
import type { DecisionDefinitionRow } from '../ports.js';
import type { Unit } from '../unit.js';
import type { Resource } from './deployed-resource.js';

/** One decision of an uploaded file. */
export interface DecisionCandidate {
  readonly decision: ExecutableDecision;
  readonly resource: Resource;
}

/** A decision and the version of it that is deployed now. */
export interface PresentDecision {
  readonly candidate: DecisionCandidate;
  readonly latest: DecisionDefinitionRow | undefined;
  /** Its file is another than that of the latest version. */
  readonly isChanged: boolean;
}

export async function presentDecisions(
  unit: Unit,
  candidates: readonly DecisionCandidate[],
): Promise<readonly PresentDecision[]> {
  const present: PresentDecision[] = [];
  for (const candidate of candidates) {
    const { decision, resource } = candidate;
    const latest = await unit.tx.decisionDefinitions.findLatest(unit.context.tenantId, decision.decisionId);
    present.push({ candidate, latest, isChanged: latest?.checksum !== resource.checksum });
  }
  return present;
}

/** What the answer says of a decision; without an id where it is not deployed yet. */
export function describedDecision({ candidate: { decision }, latest, isChanged }: PresentDecision) {
  return {
    ...(latest === undefined || isChanged ? {} : { decisionDefinitionId: latest.decisionDefinitionId }),
    decisionId: decision.decisionId,
    ...(decision.name === undefined ? {} : { name: decision.name }),
    version: isChanged ? (latest?.version ?? 0) + 1 : (latest?.version ?? 1),
    ...(decision.versionTag === undefined ? {} : { versionTag: decision.versionTag }),
  };
}

/** Makes a changed decision the latest version; answers what the deployment says of it. */
export function deployDecision(
  unit: Unit,
  deploymentId: string,
  resourceIds: ReadonlyMap<Resource, string>,
  present: PresentDecision,
): ReturnType<typeof describedDecision> {
  const described = describedDecision(present);
  if (!present.isChanged) return described;
  const { resource } = present.candidate;
  const decisionDefinitionId = unit.newId();
  unit.tx.decisionDefinitions.insert({
    ...described,
    decisionDefinitionId,
    tenantId: unit.context.tenantId,
    deploymentId,
    resourceId: resourceIds.get(resource) ?? '',
    resourceName: resource.name,
    checksum: resource.checksum,
    deployedAt: unit.tx.now,
  });
  return { ...described, decisionDefinitionId };
}
