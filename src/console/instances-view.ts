import type { Found, ProcessInstance } from './answers.js';
import { search } from './api.js';
import { definitionNames } from './definition-names.js';
import { element, type Child } from './element.js';
import { instanceFilter } from './instance-filter.js';
import { instanceSearchForm } from './instance-search-form.js';
import { instanceState } from './instance-state.js';
import { pageLinks } from './pages.js';
import { hashOf, instanceHash, type InstanceSearch } from './route.js';
import { section } from './section.js';
import { table } from './table.js';
import type { Stage, View } from './view.js';
import { timeElement } from './words.js';

const pageSize = 25;
const columns = ['Business key', 'Process', 'State', 'Started', 'Ended'];

interface Shown {
  readonly found: Found<ProcessInstance>;
  readonly names: Readonly<Record<string, string>>;
}

/** The instances that a search finds, the latest first. */
export function instancesView(given: InstanceSearch, pageNumber: number, { signal }: Stage): View {
  const scope = element('p', { class: 'scope' });
  const host = element('div', {}, element('p', { class: 'loading' }, 'Loading …'));
  const show = section(host, (shown: Shown) => draw(shown, given, pageNumber));
  const showScope = section(scope, (name: string) => drawScope(name, given));
  return {
    title: 'Instances',
    content: [element('h1', {}, 'Instances'), scope, instanceSearchForm(given), host],
    everyMs: 5_000,
    async refresh() {
      const { processDefinitionId } = given;
      const body = {
        filter: instanceFilter(given),
        sort: [{ field: 'startedAt', order: 'desc' }],
        page: { limit: pageSize, from: (pageNumber - 1) * pageSize },
      };
      const found = await search<Found<ProcessInstance>>('/v1/process-instances/search', body, signal);
      const ids = found.items.map((item) => item.processDefinitionId);
      const scopeIds = processDefinitionId === '' ? [] : [processDefinitionId];
      const names = await definitionNames([...ids, ...scopeIds], signal);
      for (const id of scopeIds) showScope(names.get(id) ?? id);
      show({ found, names: Object.fromEntries(ids.map((id) => [id, names.get(id) ?? ''])) });
    },
  };
}

function drawScope(name: string, given: InstanceSearch): readonly Child[] {
  const all = hashOf({ page: 'instances', search: { ...given, processDefinitionId: '' }, pageNumber: 1 });
  return ['Only of ', element('strong', {}, name), '. ', element('a', { id: 'all', href: all }, 'Show all')];
}

function draw({ found, names }: Shown, given: InstanceSearch, pageNumber: number): readonly HTMLElement[] {
  if (found.page.totalItems === 0) return [element('p', {}, 'No instance was found.')];
  const rows = found.items.map((instance) => row(instance, names[instance.processDefinitionId] ?? ''));
  const pages = pageLinks(found, pageNumber, pageSize, (number) =>
    hashOf({ page: 'instances', search: given, pageNumber: number }),
  );
  return [table('Process instances, the latest first', columns, rows), pages];
}

function row(instance: ProcessInstance, name: string): readonly HTMLElement[] {
  const { processInstanceId, businessKey, bpmnProcessId, version, startedAt, endedAt } = instance;
  const link = element(
    'a',
    { id: `instance-${processInstanceId}`, href: instanceHash(processInstanceId) },
    businessKey ?? processInstanceId,
  );
  return [
    element('strong', {}, link),
    element(
      'span',
      {},
      name === '' ? bpmnProcessId : name,
      ' ',
      element('small', { class: 'muted' }, `version ${version}`),
    ),
    instanceState(instance),
    timeElement(startedAt),
    endedAt === undefined ? element('span', { class: 'muted' }, '–') : timeElement(endedAt),
  ];
}
