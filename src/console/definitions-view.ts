import type { Found, ProcessDefinition, ProcessInstance } from './answers.js';
import { search, whereAllowed } from './api.js';
import { element } from './element.js';
import { withIncident } from './instance-filter.js';
import { countText, pageLinks } from './pages.js';
import { everyInstance, hashOf } from './route.js';
import { section } from './section.js';
import { table } from './table.js';
import type { Stage, View } from './view.js';
import { timeElement } from './words.js';

const pageSize = 20;
const columns = ['Process', 'Version', 'Active', 'With incident', 'Deployed'];

/** Counts are absent for whoever may not see instances. */
interface Counted {
  readonly definition: ProcessDefinition;
  readonly active: string | undefined;
  readonly incidents: string | undefined;
}

/** What is deployed, and how much of it runs or needs somebody. */
export function definitionsView(pageNumber: number, { signal }: Stage): View {
  const host = element('div', {}, element('p', { class: 'loading' }, 'Loading …'));
  const show = section(host, (found: Found<Counted>) => draw(found, pageNumber));
  return {
    title: 'Processes',
    content: [element('h1', {}, 'Processes'), host],
    // Two counts for each row: less often than what is looked at closely.
    everyMs: 10_000,
    async refresh() {
      const sort = [{ field: 'bpmnProcessId' }, { field: 'version', order: 'desc' }];
      const page = { limit: pageSize, from: (pageNumber - 1) * pageSize };
      const path = '/v1/process-definitions/search';
      const found = await search<Found<ProcessDefinition>>(path, { sort, page }, signal);
      show({ ...found, items: await Promise.all(found.items.map((item) => counted(item, signal))) });
    },
  };
}

async function counted(definition: ProcessDefinition, signal: AbortSignal): Promise<Counted> {
  const { processDefinitionId } = definition;
  const count = async (condition: object): Promise<string | undefined> => {
    const body = { filter: { processDefinitionId, ...condition }, page: { limit: 1 } };
    const path = '/v1/process-instances/search';
    const found = await whereAllowed(search<Found<ProcessInstance>>(path, body, signal));
    return found && countText(found);
  };
  const [active, incidents] = await Promise.all([count({ state: 'active' }), count({ hasIncident: true })]);
  return { definition, active, incidents };
}

function draw(found: Found<Counted>, pageNumber: number): readonly HTMLElement[] {
  if (found.page.totalItems === 0) {
    return [element('p', {}, 'Nothing is deployed yet. Models are deployed by POST /v1/deployments.')];
  }
  const pages = pageLinks(found, pageNumber, pageSize, (number) =>
    hashOf({ page: 'definitions', pageNumber: number }),
  );
  return [table('Deployed processes', columns, found.items.map(row)), pages];
}

function row({ definition, active, incidents }: Counted): readonly HTMLElement[] {
  const { processDefinitionId, bpmnProcessId, name, version, deployedAt } = definition;
  const link = (text: string, state: string, label: string | undefined, attributes = {}): HTMLElement => {
    const searched = { ...everyInstance, processDefinitionId, state };
    const href = hashOf({ page: 'instances', search: searched, pageNumber: 1 });
    const id = `definition-${processDefinitionId}-${state}`;
    return element('a', { id, href, 'aria-label': label, ...attributes }, text);
  };
  const title = name ?? bpmnProcessId;
  return [
    element(
      'div',
      {},
      element('strong', {}, link(title, '', undefined)),
      element('small', { class: 'id' }, bpmnProcessId),
    ),
    element('span', {}, String(version)),
    active === undefined
      ? element('span', { class: 'muted' }, '–')
      : link(active, 'active', `${active} active instances of ${title}`),
    incidents === undefined || incidents === '0'
      ? element('span', { class: 'muted' }, incidents ?? '–')
      : link(incidents, withIncident, `${incidents} instances of ${title} with an incident`, {
          class: 'badge incident',
        }),
    timeElement(deployedAt),
  ];
}
