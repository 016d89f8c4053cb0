#!/usr/bin/env node
import { endingOf, runCommandLine } from './cli/run.js';
import { processTerminal } from './cli/terminal.js';
import { commands } from './commands.js';

try {
  // Set, not ended with: serve and worker go on, and what is on its way to a pipe gets there.
  process.exitCode = await runCommandLine(commands, process.argv.slice(2), processTerminal());
} catch (error) {
  const { text, code } = endingOf(error);
  process.stderr.write(`${text}\n`);
  process.exit(code);
}
