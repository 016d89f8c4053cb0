import { ConfigError } from '../platform/config.js';
import { type Command, UsageError } from './command.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { type Failure, failureOf } from './failure.js';
import { helpOf, overview } from './help.js';
import type { Terminal } from './terminal.js';

/** A row of the table of commands: loaded when it is asked for, so that a command loads what it needs alone. */
export interface CommandRow {
  readonly name: string;
  readonly load: () => Promise<Command>;
}

/** Runs the command that the first argument names, the first of the table without one; or helps. */
export async function runCommandLine(
  commands: readonly [CommandRow, ...CommandRow[]],
  args: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const [first = ''] = args;
  if (isHelp(first) || first === 'help') {
    const rows = commands.map(async ({ name, load }) => [name, (await load()).summary] as const);
    terminal.output.write(overview(await Promise.all(rows)));
    return exitCodes.done;
  }
  const isNamed = first !== '' && !first.startsWith('-');
  const row = isNamed ? commands.find(({ name }) => name === first) : commands[0];
  if (row === undefined) {
    const known = commands.map(({ name }) => name).join(', ');
    throw new UsageError(`Expected a command (${known}) but found ${JSON.stringify(first)}.`);
  }
  const command = await row.load();
  const rest = isNamed ? args.slice(1) : args;
  const options = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (!options.some(isHelp)) return command.run(rest, terminal);
  terminal.output.write(helpOf(command));
  return exitCodes.done;
}

function isHelp(argument: string): boolean {
  return argument === '--help' || argument === '-h';
}

/** How the program ends with an error: what operators have caused is said in words; what we have caused with its place. */
export function endingOf(error: unknown): Failure {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const told = error instanceof ConfigError ? error.message : text;
  return failureOf(error) ?? { text: told, code: exitCodes.failed };
}
