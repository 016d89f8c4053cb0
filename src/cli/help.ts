import type { Command, Option } from './command.js';
import { exitCodeMeanings, exitCodes } from './exit-codes.js';

/** What `throughline NAME --help` says. */
export function helpOf({ usage, about, options, examples }: Command): string {
  const lines = Object.entries(options).map(([name, option]) => [
    `--${name}${valueOf(option)}`,
    option.about,
  ]);
  return [
    `Usage: throughline ${usage.join('\n       throughline ')}`,
    about.trim(),
    ...(lines.length === 0 ? [] : [`Options:\n${columns(lines)}`]),
    `Examples:\n${examples.map((example) => `  ${example}`).join('\n')}`,
    'Exit codes: throughline --help\n',
  ].join('\n\n');
}

/** What `throughline --help` says, of commands and their summaries. */
export function overview(commands: readonly (readonly [name: string, summary: string])[]): string {
  const codes = Object.entries(exitCodes).map(([name, code]) => [
    String(code),
    exitCodeMeanings[name as keyof typeof exitCodes],
  ]);
  return `Usage: throughline [command] [options]

Commands:
${columns(commands)}

Exit codes:
${columns(codes)}

Examples:
  throughline serve
  throughline deploy order.bpmn && throughline start order --var amount=120
  throughline dev order.bpmn

throughline <command> --help says more about one.
`;
}

function valueOf({ type, value = 'TEXT', values }: Option): string {
  if (type === 'boolean') return '';
  return ` ${values === undefined ? value : values.join('|')}`;
}

function columns(rows: readonly (readonly (string | undefined)[])[]): string {
  const width = Math.min(26, Math.max(...rows.map(([first = '']) => first.length)));
  return rows.map(([first = '', second = '']) => `  ${first.padEnd(width)}  ${second}`).join('\n');
}
