import { jsonText } from './plain-text.js';
import { type Style, styleOf } from './style.js';
import type { Terminal } from './terminal.js';

/** Options of whatever prints something. */
export const outputOptions = {
  json: { type: 'boolean', about: 'print JSON, also on a terminal' },
  table: { type: 'boolean', about: 'print for people, also to a pipe or file' },
} as const;

/** How a command prints. */
export interface Printer {
  readonly style: Style;
  /** What was asked for: as JSON to pipes and files, for people on terminals. */
  result(value: unknown, forPeople: (style: Style) => string): void;
  /** Something to know besides. */
  note(text: string): void;
}

/** Prints as the options say, else as the output is a terminal or not. */
export function printerOf(
  values: { readonly json?: boolean; readonly table?: boolean },
  { output, errors, env }: Terminal,
): Printer {
  const isJson = values.json ?? (values.table !== true && !output.isTerminal);
  const style = styleOf(output, env);
  return {
    style,
    result: (value, forPeople) => output.write(isJson ? `${jsonText(value)}\n` : forPeople(style)),
    note: (text) => errors.write(`${text}\n`),
  };
}
