import type { Found } from './answers.js';
import { element, type Child } from './element.js';

/** The count of a search, which ends at 10,000. */
export function countText({ page }: Pick<Found<unknown>, 'page'>): string {
  return `${page.totalItems.toLocaleString()}${page.hasMoreTotalItems ? '+' : ''}`;
}

/** Which items of how many are shown, with links to the pages before and after. */
export function pageLinks(
  { items, page }: Found<unknown>,
  pageNumber: number,
  pageSize: number,
  hashOfPage: (pageNumber: number) => string,
): HTMLElement {
  const before = (pageNumber - 1) * pageSize;
  const links: Child[] = [];
  if (pageNumber > 1) {
    links.push(element('a', { id: 'page-before', href: hashOfPage(pageNumber - 1) }, 'Previous'));
  }
  if (page.hasMoreTotalItems || before + items.length < page.totalItems) {
    links.push(element('a', { id: 'page-after', href: hashOfPage(pageNumber + 1) }, 'Next'));
  }
  const shown = items.length === 0 ? 'None here' : `${before + 1}–${before + items.length}`;
  const count = element('span', {}, `${shown} of ${countText({ page })}`);
  return element('nav', { class: 'pages', 'aria-label': 'Parts of the list' }, count, ...links);
}
