import type { SearchRequest } from '../../runtime/queries.js';
import type { Runtime } from '../../runtime/runtime.js';
import { valueAtPath } from '../../runtime/value-at-path.js';
import type { WaitingStep } from '../../runtime/waiting-step.js';

/** A running journey, as far as a channel needs it. */
export interface Journey {
  readonly processInstanceId: string;
  readonly businessKey?: string;
}

/** Of somebody who has more, the newest count. */
const journeysMax = 20;

/** Finds the running journeys of a tenant by what people know about them. */
export class JourneyFinder {
  constructor(
    private readonly runtime: Pick<Runtime, 'queries' | 'waitingSteps' | 'variables'>,
    private readonly tenantId: string,
  ) {}

  /** By business key. */
  byCaseNumber(caseNumber: string): Promise<readonly Journey[]> {
    return this.#search({ filter: { state: { $eq: 'active' }, businessKey: { $eq: caseNumber } } });
  }

  /** By business key, or by one of the variables: of whoever has one of these numbers or addresses. */
  async ofPerson(names: readonly string[], variables: readonly string[]): Promise<readonly Journey[]> {
    if (names.length === 0) return [];
    const byKey = this.#search({ filter: { state: { $eq: 'active' }, businessKey: { $in: names } } });
    const byVariable = variables.map((variable) => this.#withVariable(variable, names));
    const found = (await Promise.all([byKey, ...byVariable])).flat();
    return [...new Map(found.map((journey) => [journey.processInstanceId, journey])).values()].slice(
      0,
      journeysMax,
    );
  }

  /** Everything in the journeys that somebody can move on. */
  async steps(journeys: readonly Journey[]): Promise<readonly WaitingStep[]> {
    const steps = journeys.map(({ processInstanceId }) =>
      this.runtime.waitingSteps(this.tenantId, processInstanceId),
    );
    return (await Promise.all(steps)).flat();
  }

  /** The texts in these variables of the process instance itself, or at these paths in them; none where the instance is gone. */
  async texts({ processInstanceId }: Journey, names: readonly string[]): Promise<readonly string[]> {
    if (names.length === 0) return [];
    const variables = await this.runtime.variables(this.tenantId, processInstanceId);
    if (!variables.ok) return [];
    const values = names.map((name) => valueAtPath(variables.value, name));
    return values.filter((value) => typeof value === 'string');
  }

  async #withVariable(variable: string, values: readonly string[]): Promise<readonly Journey[]> {
    const searches = values.map((value) =>
      this.#search({ filter: { state: { $eq: 'active' } }, variables: [{ name: variable, value }] }),
    );
    const found = (await Promise.all(searches)).flat();
    if (!variable.includes('.')) return found;
    // What a path led to was noted when it was written, if the path was configured then: it may lead elsewhere now.
    const current = await Promise.all(found.map((journey) => this.texts(journey, [variable])));
    return found.filter((_, index) => current[index]?.some((text) => values.includes(text)));
  }

  async #search(request: Pick<SearchRequest, 'filter' | 'variables'>): Promise<readonly Journey[]> {
    const { items } = await this.runtime.queries.searchProcessInstances(this.tenantId, {
      ...request,
      sort: [{ field: 'startedAt', order: 'desc' }],
      page: { limit: journeysMax },
    });
    return items.map(({ processInstanceId, businessKey }) => ({
      processInstanceId,
      ...(businessKey === undefined ? {} : { businessKey }),
    }));
  }
}
