/** What instances are searched by, as the user has written it; empty text is no condition. */
export interface InstanceSearch {
  readonly processDefinitionId: string;
  readonly businessKey: string;
  readonly state: string;
  readonly variableName: string;
  readonly variableValue: string;
}

/** What the page shows. Page numbers begin at 1. */
export type Route =
  | { readonly page: 'definitions'; readonly pageNumber: number }
  | { readonly page: 'instances'; readonly search: InstanceSearch; readonly pageNumber: number }
  | { readonly page: 'instance'; readonly processInstanceId: string };

/** No condition at all. */
export const everyInstance: InstanceSearch = {
  processDefinitionId: '',
  businessKey: '',
  state: '',
  variableName: '',
  variableValue: '',
};

const searchNames = Object.keys(everyInstance) as (keyof InstanceSearch)[];
const pageName = 'page';

/** The route of the address after its `#`; undefined where it is none. */
export function routeOf(hash: string): Route | undefined {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  const parameters = new URLSearchParams(query);
  const pageNumber = pageNumberOf(parameters.get(pageName));
  if (path === '' || path === '/') return { page: 'definitions', pageNumber };
  if (path === '/instances') return { page: 'instances', search: searchOf(parameters), pageNumber };
  const given = /^\/instances\/([^/]+)$/.exec(path)?.[1];
  const processInstanceId = given === undefined ? undefined : decoded(given);
  return processInstanceId === undefined ? undefined : { page: 'instance', processInstanceId };
}

/** The address of a route, beginning with `#/` whatever the data are. */
export function hashOf(route: Route): string {
  switch (route.page) {
    case 'definitions':
      return withQuery('#/', pageParameter(route.pageNumber));
    case 'instances': {
      const conditions = searchNames.map((name): [string, string] => [name, route.search[name]]);
      return withQuery('#/instances', [...conditions, ...pageParameter(route.pageNumber)]);
    }
    case 'instance':
      return `#/instances/${encodeURIComponent(route.processInstanceId)}`;
  }
}

/** The address of one instance. */
export function instanceHash(processInstanceId: string): string {
  return hashOf({ page: 'instance', processInstanceId });
}

function searchOf(parameters: URLSearchParams): InstanceSearch {
  const given = searchNames.map((name): [string, string] => [name, parameters.get(name) ?? '']);
  return { ...everyInstance, ...Object.fromEntries<string>(given) };
}

function pageNumberOf(text: string | null): number {
  return text !== null && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 1;
}

function pageParameter(pageNumber: number): [string, string][] {
  return pageNumber === 1 ? [] : [[pageName, String(pageNumber)]];
}

function withQuery(path: string, parameters: readonly [string, string][]): string {
  const given = new URLSearchParams(parameters.filter(([, value]) => value !== ''));
  return given.size === 0 ? path : `${path}?${given.toString()}`;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
