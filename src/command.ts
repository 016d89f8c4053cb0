import { parseArgs, type ParseArgsConfig } from 'node:util';

/** One subcommand of `throughline` that runs here (those that speak to a server over REST are in `src/cli`). */
export interface Command {
  /** What `throughline --help` says of it: one line. */
  readonly summary: string;
  /** What `throughline NAME --help` says: usage, options, the variables that matter. */
  readonly help: string;
  /** Does it. Resolves when it is done, or, for what goes on until a signal, when it has begun. @throws UsageError before it has done anything. */
  run(args: readonly string[]): Promise<void>;
}

/** The command line asks for something that there is not: the program ends with 2. The message is for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command was refused or failed by what it found: the program ends with 1. The message is for whoever typed it. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

/** Does the work; an error of one of these kinds is told in its own words, as {@link CommandFailed}. */
export async function inWords<T>(
  work: () => T | Promise<T>,
  kinds: readonly (abstract new (...args: never[]) => Error)[],
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const known = kinds.some((kind) => error instanceof kind);
    if (known && error instanceof Error) throw new CommandFailed(error.message, { cause: error });
    throw error;
  }
}

/** `parseArgs` of Node, strict; what it does not like is a {@link UsageError}. */
export function parseArguments<const T extends Pick<ParseArgsConfig, 'options' | 'allowPositionals'>>(
  args: readonly string[],
  config: T,
): ReturnType<typeof parseArgs<T & { readonly args: string[] }>> {
  try {
    return parseArgs({ ...config, args: [...args] });
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) throw new UsageError(error.message);
    throw error;
  }
}
