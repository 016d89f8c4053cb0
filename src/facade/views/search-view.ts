import { done } from '../handler.js';
import type { SearchResult } from '../../runtime/queries.js';

/** The answer of a search, each row as `view` shows it. */
export function searchView<Row, Item>({ items, page }: SearchResult<Row>, view: (row: Row) => Item) {
  const { totalItems, hasMoreTotalItems, startCursor, endCursor } = page;
  return done(200, {
    items: items.map(view),
    page: { totalItems, hasMoreTotalItems, startCursor, endCursor },
  });
}
