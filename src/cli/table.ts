import { plainText } from './plain-text.js';

/** Rows under a head, in columns as wide as they need. `paint` colours a cell that has got its width. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: (padded: string, column: number, cell: string) => string = (padded) => padded,
): string {
  const lines = [head, ...rows].map((line) => line.map(plainText));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const last = head.length - 1;
  return lines
    .map((line, row) =>
      line
        .map((cell, column) => {
          const padded = column === last ? cell : cell.padEnd(widths[column] ?? 0);
          return row === 0 ? padded : paint(padded, column, cell);
        })
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
