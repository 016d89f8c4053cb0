import { element, type Child } from './element.js';

/** A table. On a narrow screen each row becomes a card whose lines say their column. */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Child[])[],
): HTMLTableElement {
  const heads = columns.map((name) => element('th', { scope: 'col' }, name));
  const body = rows.map((cells) =>
    element(
      'tr',
      {},
      ...cells.map((cell, index) => element('td', { 'data-column': columns[index] ?? '' }, cell)),
    ),
  );
  return element(
    'table',
    {},
    element('caption', { class: 'unseen' }, caption),
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...body),
  );
}
