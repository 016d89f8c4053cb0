import { PassThrough } from 'node:stream';
import type { Terminal } from '../../src/cli/terminal.js';

/** What a command line has ended with. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface InProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Standard output and error are a terminal. */
  readonly onTerminal?: boolean;
  /** What comes from standard input, which is no terminal. */
  readonly input?: string;
  /** Milliseconds since 1970. */
  readonly now?: number;
}

/** Runs `throughline` with arguments in this very process, to its end: what a process adds is tested by `runCommand`. */
export async function runInProcess(
  args: readonly string[],
  { env = {}, onTerminal = false, input = '', now = Date.now() }: InProcessOptions = {},
): Promise<Ended> {
  const { endingOf, runCommandLine, commands } = await program();
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written) => ({
    write: (text: string) => void (written[name] += text),
    isTerminal: onTerminal,
  });
  const stdin = new PassThrough();
  stdin.end(input);
  const terminal: Terminal = {
    env,
    input: stdin,
    output: output('stdout'),
    errors: output('stderr'),
    now: () => now,
    onInterrupt: () => () => undefined,
  };
  try {
    return { code: await runCommandLine(commands, args, terminal), ...written };
  } catch (error) {
    const { text, code } = endingOf(error);
    return { code, stdout: written.stdout, stderr: `${written.stderr}${text}\n` };
  }
}

/** As commands are loaded: mocha requires test files, and what is both required and imported would be there twice, with errors of two kinds. */
async function program() {
  return { ...(await import('../../src/cli/run.js')), ...(await import('../../src/commands.js')) };
}
