import type { SearchRequest } from '../../runtime/queries.js';
import type { Runtime } from '../../runtime/runtime.js';
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

  /** By business key, or by the variable if there is one: of whoever has one of these numbers or addresses. */
  async ofPerson(names: readonly string[], variable: string | undefined): Promise<readonly Journey[]> {
    if (names.length === 0) return [];
    const byKey = this.#search({ filter: { state: { $eq: 'active' }, businessKey: { $in: names } } });
    const byVariable = (variable === undefined ? [] : names).map((value) =>
      this.#search({
        filter: { state: { $eq: 'active' } },
        variables: [{ name: variable ?? '', value }],
      }),
    );
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

  /** The text of a variable of the process instance itself; undefined where it is none, or the instance is gone. */
  async variable({ processInstanceId }: Journey, name: string): Promise<string | undefined> {
    const variables = await this.runtime.variables(this.tenantId, processInstanceId);
    const value = variables.ok && Object.hasOwn(variables.value, name) ? variables.value[name] : undefined;
    return typeof value === 'string' ? value : undefined;
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
