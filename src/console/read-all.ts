import type { Listed } from './answers.js';
import { read } from './api.js';

const pageLimit = 1_000;
const pagesMax = 5;

/** The beginning of a list: everything, unless there is more than one can look at. */
export interface Beginning<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

/** Reads a list page by page, at most 5,000 items of it. Throws as `read` does. */
export async function readAll<Item>(path: string, signal: AbortSignal): Promise<Beginning<Item>> {
  const items: Item[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const query = new URLSearchParams({
      limit: String(pageLimit),
      ...(after === undefined ? {} : { after }),
    });
    const listed = await read<Listed<Item>>(`${path}?${query.toString()}`, signal);
    items.push(...listed.items);
    after = listed.page.endCursor;
    if (listed.items.length < pageLimit || after === undefined) return { items, hasMore: false };
  }
  return { items, hasMore: true };
}
