import { completionScript, shells } from './completion-script.js';
import { command, type Command } from './command.js';
import type { CommandRow } from './run.js';

/** Prints what a shell needs to complete command lines with these commands. */
export function completionCommand(commands: readonly CommandRow[]): Command {
  return command({
    summary: 'print the completions of a shell',
    usage: ['completion bash|zsh|fish'],
    about: `Completes commands, options and their values, and files. Made of the same table as the help.

  bash   eval "$(throughline completion bash)"
  zsh    throughline completion zsh > "\${fpath[1]}/_throughline"
  fish   throughline completion fish > ~/.config/fish/completions/throughline.fish`,
    options: {},
    words: { min: 1, max: 1, expected: shells.join(', '), first: shells },
    examples: ['throughline completion bash'],
    async run({ words: [shell] }, { output }) {
      const table = await Promise.all(
        commands.map(async ({ name, load }) => ({ name, command: await load() })),
      );
      const known = shells.find((one) => one === shell) ?? 'bash';
      output.write(completionScript(known, table));
    },
  });
}
