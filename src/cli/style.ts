import type { Output, Terminal } from './terminal.js';

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** How text is painted (ECMA-48, SGR). */
export type Style = { readonly [Name in keyof typeof codes]: (text: string) => string };

/** Paints on a terminal, unless `NO_COLOR` is set to anything (no-color.org) or the terminal is dumb. */
export function styleOf({ isTerminal }: Output, env: Terminal['env']): Style {
  const isPlain = !isTerminal || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  const painter =
    (code: number) =>
    (text: string): string =>
      isPlain || text === '' ? text : `\u001b[${code}m${text}\u001b[0m`;
  return {
    bold: painter(codes.bold),
    dim: painter(codes.dim),
    red: painter(codes.red),
    green: painter(codes.green),
    yellow: painter(codes.yellow),
    cyan: painter(codes.cyan),
  };
}

/** The colour of a state or severity. */
export function stateStyle(style: Style, state: string): (text: string) => string {
  if (['active', 'created', 'running', 'correlated', 'started'].includes(state)) return style.green;
  if (['failed', 'error', 'terminated', 'incident'].includes(state)) return style.red;
  if (['canceled', 'suspended', 'warning', 'discarded', 'buffered'].includes(state)) return style.yellow;
  return style.dim;
}
