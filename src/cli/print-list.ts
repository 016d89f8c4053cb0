import { type Listed, moreText } from './pages.js';
import type { Printer } from './print.js';
import { stateStyle } from './style.js';
import { table } from './table.js';

/** A column of a table. */
export interface Column<Item> {
  readonly head: string;
  readonly of: (item: Item) => string | number | undefined;
  /** The cell is a state, and coloured as such. */
  readonly isState?: true;
}

/** Prints a list: its items in a table, or the answer as JSON. */
export function printList<Item>(
  printer: Printer,
  listed: Listed<Item>,
  columns: readonly Column<Item>[],
  nothing: string,
): void {
  printer.result(listed, (style) => {
    if (listed.items.length === 0) return `${nothing}\n`;
    const rows = listed.items.map((item) => columns.map(({ of }) => String(of(item) ?? '')));
    const heads = columns.map(({ head }) => head);
    return table(heads, rows, (padded, column, cell) =>
      columns[column]?.isState === true ? stateStyle(style, cell.trim())(padded) : padded,
    );
  });
  const more = moreText(listed);
  if (more !== undefined) printer.note(more);
}
