#!/usr/bin/env node
import { CommandFailed, UsageError } from './command.js';
import { commands } from './commands.js';
import { ConfigError } from './platform/config.js';

/** Runs the command that the first argument names, `serve` without one. */
async function main(args: readonly string[]): Promise<void> {
  const [first = ''] = args;
  if (isHelp(first) || first === 'help') return void process.stdout.write(await overview());
  const isNamed = first !== '' && !first.startsWith('-');
  const row = isNamed ? commands.find(({ name }) => name === first) : commands[0];
  if (row === undefined) {
    const known = commands.map(({ name }) => name).join(', ');
    throw new UsageError(`Expected a command (${known}) but found ${JSON.stringify(first)}.`);
  }
  const command = await row.load();
  const rest = isNamed ? args.slice(1) : args;
  if (rest.some(isHelp)) process.stdout.write(command.help);
  else await command.run(rest);
}

function isHelp(argument: string): boolean {
  return argument === '--help' || argument === '-h';
}

async function overview(): Promise<string> {
  const rows = await Promise.all(
    commands.map(async ({ name, load }) => `  ${name.padEnd(10)}${(await load()).summary}\n`),
  );
  return `Usage: throughline [command] [options]

Commands:
${rows.join('')}
throughline <command> --help says more about one.
`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${textOf(error)}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
});

/** What operators have caused is said in words; what we have caused with its place. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UsageError) return `${error.message}\nthroughline --help says what there is.`;
  return error instanceof ConfigError || error instanceof CommandFailed
    ? error.message
    : (error.stack ?? error.message);
}
