import type { Scenario } from '../conformance/scenario.js';
import { allScenarios, modelText } from '../conformance/scenario.js';
import { deploy } from '../support/read-model.js';
import { NotDrivable, StepNotReached, difference } from './observation.js';
import { observeOther } from './other-engine.js';
import { observeOwn } from './own-engine.js';

export type Comparison =
  | { readonly outcome: 'agreed' }
  | { readonly outcome: 'disagreed'; readonly difference: string }
  | { readonly outcome: 'not-compared'; readonly reason: string };

/** Every scenario of one model that deploys, run in both engines, by name. */
export async function compareAll(): Promise<ReadonlyMap<string, Comparison>> {
  const comparisons = new Map<string, Comparison>();
  for (const scenario of allScenarios()) {
    if (typeof scenario.model !== 'string' || scenario.deploy !== undefined) continue;
    const xml = modelText(scenario.model);
    if ((await deploy(xml)).ok) comparisons.set(scenario.name, await compare(scenario, xml));
  }
  return comparisons;
}

async function compare(scenario: Scenario, xml: string): Promise<Comparison> {
  try {
    const own = await observeOwn(scenario, xml);
    const found = difference(own, await observeOther(scenario, xml));
    return found === undefined ? { outcome: 'agreed' } : { outcome: 'disagreed', difference: found };
  } catch (error) {
    if (error instanceof NotDrivable) return { outcome: 'not-compared', reason: error.message };
    if (error instanceof StepNotReached) return { outcome: 'disagreed', difference: error.message };
    throw error;
  }
}
