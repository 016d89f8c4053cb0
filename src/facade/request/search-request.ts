import { limits } from '../../contract/limits.js';
import type { GivenFilter, GivenOperators, SearchField, SearchFields } from '../../contract/search.js';
import { partsOf } from '../../runtime/ids.js';
import type { FieldFilter, SearchRequest } from '../../runtime/queries.js';

/** The body of a search, checked. */
export interface GivenSearch {
  readonly filter?: Readonly<Record<string, unknown>>;
  readonly sort?: readonly { readonly field: string; readonly order: 'asc' | 'desc' }[];
  readonly page?: SearchRequest['page'];
}

/** What the runtime searches for: every condition with operators, every time in milliseconds since the epoch. */
export function searchRequestOf(
  fields: SearchFields,
  given: GivenSearch,
  special: Pick<SearchRequest, 'variables' | 'candidateGroups' | 'candidateUsers'> = {},
): SearchRequest {
  const filter: Record<string, FieldFilter> = {};
  for (const [name, field] of Object.entries(fields)) {
    const condition = given.filter?.[name] as GivenFilter | undefined;
    if (condition !== undefined) filter[name] = fieldFilter(field, condition);
  }
  const elementInstanceId = given.filter?.['elementInstanceId'];
  if (typeof elementInstanceId === 'string') addElementInstance(filter, elementInstanceId);
  return {
    filter,
    ...special,
    sort: given.sort ?? [],
    page: given.page ?? { limit: limits.pageLimitDefault },
  };
}

/** An element instance is told by its process instance and its key in it. */
function addElementInstance(filter: Record<string, FieldFilter>, elementInstanceId: string): void {
  const { processInstanceId = '', key = -1 } = partsOf(elementInstanceId) ?? {};
  const { $in = [processInstanceId], ...others } = filter['processInstanceId'] ?? {};
  const isAmong = $in.includes(processInstanceId);
  filter['processInstanceId'] = { ...others, $in: [processInstanceId] };
  filter['elementInstanceKey'] = { $eq: isAmong ? key : -1 };
}

function fieldFilter(field: SearchField, condition: GivenFilter): FieldFilter {
  const operators = typeof condition === 'object' ? condition : { $eq: condition };
  return field.kind === 'time' ? inMilliseconds(operators) : operators;
}

function inMilliseconds({ $in, $exists, $like: _never, ...comparisons }: GivenOperators): FieldFilter {
  const times: Partial<Record<keyof typeof comparisons, number>> = {};
  for (const [name, value] of Object.entries(comparisons)) {
    times[name as keyof typeof comparisons] = Date.parse(String(value));
  }
  return {
    ...times,
    ...($in === undefined ? {} : { $in: $in.map((value) => Date.parse(String(value))) }),
    ...($exists === undefined ? {} : { $exists }),
  };
}
