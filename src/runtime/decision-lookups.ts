import type { Advance } from '../engine/advance.js';
import type {
  BoundDecision,
  DecisionLookup,
  DecisionReference,
  MissingDecision,
} from '../engine/decision.js';
import { DecisionNeeded } from '../engine/decision.js';
import { bindingText } from './binding-text.js';
import type { DecisionDefinitionRow } from './ports.js';
import type { Unit } from './unit.js';

/** Different decisions that one unit of work looks for: more than any model names, few enough to be looked for one by one. */
const DECISIONS_MAX = 100;

/**
 * The decisions that the commands of one unit of work ask for. The engine cannot see the store: it stops at the first that it does not
 * know, this looks for it, and the same command is taken again from the start, which has written nothing.
 */
export class DecisionLookups {
  private readonly found = new Map<string, BoundDecision | MissingDecision>();

  constructor(
    private readonly unit: Unit,
    private readonly processDefinitionId: string,
  ) {}

  /** Takes a step of the engine, as often as it asks for one more decision. */
  async supply(step: (decisions: DecisionLookup) => Advance): Promise<Advance> {
    const lookup: DecisionLookup = (reference) => this.found.get(keyOf(reference));
    for (;;) {
      try {
        return step(lookup);
      } catch (error) {
        if (!(error instanceof DecisionNeeded)) throw error;
        this.found.set(keyOf(error.reference), await this.find(error.reference));
      }
    }
  }

  private async find(reference: DecisionReference): Promise<BoundDecision | MissingDecision> {
    const { decisionId, binding } = reference;
    if (this.found.size >= DECISIONS_MAX) {
      const missing = `Expected one command to call at most ${DECISIONS_MAX} different decisions. Resolving goes on.`;
      return { missing };
    }
    const row = await this.rowOf(reference);
    if (!row)
      return {
        missing: `Expected decision "${decisionId}"${bindingText(binding)} to be deployed but it is not.`,
      };
    const { decisionDefinitionId, version } = row;
    const decision = await this.unit.decisions.get(this.unit.tx.definitions, row);
    return { decisionDefinitionId, decisionId, version, decision };
  }

  private async rowOf({
    decisionId,
    binding,
  }: DecisionReference): Promise<DecisionDefinitionRow | undefined> {
    const { tx, context } = this.unit;
    const { tenantId } = context;
    switch (binding.kind) {
      case 'latest':
        return tx.decisionDefinitions.findLatest(tenantId, decisionId);
      case 'version':
        return tx.decisionDefinitions.findVersion(tenantId, decisionId, binding.version);
      case 'versionTag':
        return tx.decisionDefinitions.findVersionTag(tenantId, decisionId, binding.versionTag);
      case 'deployment': {
        // A file that was unchanged in the process's deployment kept its version, of an earlier one.
        const process = await tx.definitions.find(tenantId, this.processDefinitionId);
        return process && tx.decisionDefinitions.findAsOf(tenantId, decisionId, process.deployedAt);
      }
      default:
        return binding satisfies never;
    }
  }
}

function keyOf({ decisionId, binding }: DecisionReference): string {
  return JSON.stringify([decisionId, binding]);
}
