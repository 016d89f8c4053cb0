import { readDmn } from '../definitions/index.js';
import type { ExecutableDecision } from '../engine/decision.js';
import type { DecisionDefinitionRow, ResourceRow } from './ports.js';

/** Where a model's text comes from when it is not in memory: a transaction or the committed reads. */
export interface ResourceSource {
  loadResource(tenantId: string, resourceId: string): Promise<ResourceRow | undefined>;
}

type Decisions = ReadonlyMap<string, ExecutableDecision>;

const FILES_KEPT = 500;

/**
 * Decisions by their files, each compiled as a whole. Deployed files never change, so what is here is always right; the least
 * recently used ones are forgotten and read again when needed.
 */
export class DecisionCache {
  private readonly files = new Map<string, Decisions>();

  /** @throws Error when a stored model cannot be built any more: a bug of ours. */
  async get(source: ResourceSource, row: DecisionDefinitionRow): Promise<ExecutableDecision> {
    const decisions = this.files.get(row.resourceId) ?? (await this.read(source, row));
    this.keep(row.resourceId, decisions);
    const decision = decisions.get(row.decisionId);
    if (!decision) throw new Error(`Expected decision ${row.decisionId} in resource ${row.resourceId}.`);
    return decision;
  }

  private keep(resourceId: string, decisions: Decisions): void {
    this.files.delete(resourceId);
    this.files.set(resourceId, decisions);
    if (this.files.size <= FILES_KEPT) return;
    const oldest = this.files.keys().next().value;
    if (oldest !== undefined) this.files.delete(oldest);
  }

  private async read(source: ResourceSource, row: DecisionDefinitionRow): Promise<Decisions> {
    const { tenantId, resourceId, decisionDefinitionId } = row;
    const resource = await source.loadResource(tenantId, resourceId);
    if (!resource) throw new Error(`Expected decision definition ${decisionDefinitionId} to be stored.`);
    const { name, content } = resource;
    const result = await readDmn({ name, content }, { purpose: 'load' });
    if (result.ok) return new Map(result.decisions.map((decision) => [decision.decisionId, decision]));
    const reasons = result.diagnostics.map(
      ({ code, elementId, message }) => `${code} ${elementId ?? ''} ${message}`,
    );
    throw new Error(`Expected the stored model of ${decisionDefinitionId} to load: ${reasons.join('; ')}`);
  }
}
