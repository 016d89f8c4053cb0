import type { Scenario } from '../scenario.js';
import { modelText } from '../scenario.js';
import { classify } from './classify.js';
import type { Construct } from './constructs.js';

/** What a scenario has shown of one element of its model. */
export interface Observation {
  /** Without the suffix of the run. */
  readonly bpmnProcessId: string;
  readonly elementId: string;
  readonly state: 'active' | 'completed' | 'canceled';
  /** It was active when the server was stopped and started again. */
  readonly wasRestarted: boolean;
}

/** What there is to show of a construct. */
export type Claim = 'works' | 'interrupted' | 'restarted';

/** Which scenarios have shown what: filled by a run of all scenarios, each after it has passed. */
export class Coverage {
  private readonly scenarios = new Map<string, Map<Claim, string[]>>();

  /** Takes the constructs in a scenario's models for shown, as far as the run has come to them. */
  async add(scenario: Scenario, observations: readonly Observation[]): Promise<void> {
    for (const model of modelsOf(scenario)) {
      if (!model.endsWith('.bpmn')) continue;
      for (const { bpmnProcessId, elementId, keys, armedWith, endsItsScope } of await classify(
        modelText(model),
      )) {
        const of = (id: string) =>
          observations.filter((seen) => seen.bpmnProcessId === bpmnProcessId && seen.elementId === id);
        const own = of(elementId);
        // What is armed shows nothing of itself until it occurs; what it is armed with does.
        const host = armedWith === undefined ? own : of(armedWith === '' ? bpmnProcessId : armedWith);
        const happened = own.some(
          ({ state }) => state === 'completed' || (endsItsScope === true && state === 'canceled'),
        );
        for (const key of keys) {
          if (happened) this.note(key, 'works', scenario.name);
          const isOver =
            (armedWith !== undefined && own.length === 0 && host.some(({ state }) => state !== 'active')) ||
            own.some(({ state }) => state === 'canceled');
          if (isOver) this.note(key, 'interrupted', scenario.name);
          if (happened && host.some(({ wasRestarted }) => wasRestarted)) {
            this.note(key, 'restarted', scenario.name);
          }
        }
      }
    }
  }

  /** The scenarios that show it, in the order in which they ran. */
  scenariosOf({ key }: Construct, claim: Claim): readonly string[] {
    return this.scenarios.get(key)?.get(claim) ?? [];
  }

  private note(key: string, claim: Claim, scenario: string): void {
    const claims = this.scenarios.get(key) ?? new Map<Claim, string[]>();
    this.scenarios.set(key, claims);
    const names = claims.get(claim) ?? [];
    claims.set(claim, names);
    if (!names.includes(scenario)) names.push(scenario);
  }
}

function modelsOf({ model, steps = [] }: Scenario): readonly string[] {
  const deployed = steps.flatMap(({ deploy }) => (deploy === undefined ? [] : [deploy]));
  return [...new Set([...[model].flat(), ...deployed])];
}
