import { limits } from '../contract/limits.js';
import { UsageError } from './command.js';
import { readCount } from './numbers.js';

/** Options of lists. */
export const pageOptions = {
  limit: { type: 'string', value: 'N', about: 'how many at most; default 50' },
  after: { type: 'string', value: 'CURSOR', about: 'go on behind the endCursor of an earlier list' },
  all: { type: 'boolean', about: 'all of them, to a million' },
} as const;

export interface PageValues {
  readonly limit?: string;
  readonly after?: string;
  readonly all?: boolean;
}

/** What is held in memory at most. */
const itemsMax = 1_000_000;

interface Found<Item> {
  readonly items: readonly Item[];
  readonly page: {
    readonly endCursor?: string;
    readonly totalItems?: number;
    readonly hasMoreTotalItems?: boolean;
  };
}

/** A list as it is printed as JSON: an answer of the REST interface, from as many of its pages as it takes. */
export interface Listed<Item> extends Found<Item> {
  /** Whether there are more behind it. */
  readonly hasMore: boolean;
}

/** Reads pages until there is as much as the options ask for. @throws UsageError */
export async function readPages<Item>(
  read: (page: { readonly limit: number; readonly after?: string }) => Promise<Found<Item>>,
  { limit, after, all = false }: PageValues,
): Promise<Listed<Item>> {
  if (all && limit !== undefined) throw new UsageError('Expected either --all or --limit.');
  const wanted = all ? itemsMax : limit === undefined ? limits.pageLimitDefault : readCount(limit, 'limit');
  const items: Item[] = [];
  let cursor = after;
  for (;;) {
    const size = Math.min(limits.pageLimit, wanted - items.length);
    const found = await read({ limit: size, ...(cursor === undefined ? {} : { after: cursor }) });
    for (const item of found.items) items.push(item);
    cursor = found.page.endCursor;
    if (found.items.length < size || cursor === undefined) return { items, page: found.page, hasMore: false };
    if (items.length < wanted) continue;
    const isWhole = after === undefined && found.page.totalItems === items.length;
    return { items, page: found.page, hasMore: !isWhole };
  }
}

/** What a list leaves out; undefined where it is whole. */
export function moreText({ items, page, hasMore }: Listed<unknown>): string | undefined {
  if (!hasMore) return undefined;
  const { totalItems, hasMoreTotalItems = false } = page;
  const total = totalItems === undefined ? '' : ` of ${totalItems}${hasMoreTotalItems ? ' or more' : ''}`;
  return `${items.length}${total}; --limit N or --all shows more`;
}
