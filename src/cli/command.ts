import { parseArgs } from 'node:util';
import { type ExitCode, exitCodes } from './exit-codes.js';
import type { Terminal } from './terminal.js';

/** An option of a command: parsed, explained and completed by this alone. */
export interface Option {
  readonly type: 'string' | 'boolean';
  /** It may be given several times. */
  readonly multiple?: true;
  /** What help calls its value. */
  readonly value?: string;
  readonly about: string;
  /** Its value is one of these. */
  readonly values?: readonly string[];
  /** Its value is, or may be, a file. */
  readonly isFile?: true;
}

export type Options = Readonly<Record<string, Option>>;

/** What was given for each option. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]?: O[Name]['type'] extends 'boolean'
    ? boolean
    : O[Name] extends { readonly multiple: true }
      ? readonly string[]
      : O[Name] extends { readonly values: readonly (infer Value)[] }
        ? Value
        : string;
};

/** The words of a command line that are no options. */
export interface Words {
  readonly min: number;
  readonly max: number;
  /** What the message calls them when there are too few or too many: `one FILE`. */
  readonly expected: string;
  /** What the first is one of. */
  readonly first?: readonly string[];
  readonly areFiles?: true;
}

/** A command as its module declares it. */
export interface Declaration<O extends Options> {
  /** What `throughline --help` says of it: one line. */
  readonly summary: string;
  /** Without `throughline`; each line one way to call it. */
  readonly usage: readonly string[];
  /** What else its help says. */
  readonly about: string;
  readonly options: O;
  readonly words: Words;
  /** Whole command lines. */
  readonly examples: readonly string[];
  /** Does it; answers what to end with if it is not 0. @throws UsageError before it has done anything. */
  run(given: Given<O>, terminal: Terminal): Promise<ExitCode | void>;
}

/** A command line, read. */
export interface Given<O extends Options> {
  readonly values: Values<O>;
  readonly words: readonly string[];
}

/** One subcommand of `throughline`. */
export interface Command extends Omit<Declaration<Options>, 'run'> {
  /** Reads the command line and does nothing. @throws UsageError */
  check(args: readonly string[]): void;
  /** Resolves with the exit code when it is done or, for what goes on until a signal, when it has begun. */
  run(args: readonly string[], terminal: Terminal): Promise<ExitCode>;
}

/** The command line asks for something that there is not: the program ends with 2. The message is for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command was refused or failed by what it found: the program ends with 1. The message is for whoever typed it. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

/** Makes a command of its declaration. */
export function command<const O extends Options>(declaration: Declaration<O>): Command {
  const read = (args: readonly string[]) => readArguments(args, declaration);
  return {
    ...declaration,
    check: (args) => void read(args),
    run: async (args, terminal) => (await declaration.run(read(args), terminal)) ?? exitCodes.done,
  };
}

function readArguments<O extends Options>(
  args: readonly string[],
  { options, words, usage }: Declaration<O>,
): Given<O> {
  const { values, positionals } = parse(args, options);
  for (const [name, { values: known }] of Object.entries(options)) {
    const value = values[name];
    if (known === undefined || value === undefined || known.includes(String(value))) continue;
    throw new UsageError(`Expected --${name} to be one of ${known.join(', ')} but found ${shown(value)}.`);
  }
  const [first] = positionals;
  const isKnown = first === undefined || words.first === undefined || words.first.includes(first);
  if (positionals.length < words.min || positionals.length > words.max || !isKnown) {
    const found = positionals.length === 0 ? 'none' : shown(positionals.join(' '));
    throw new UsageError(
      `Expected ${words.expected} but found ${found}.\nUsage: throughline ${usage.join('\n       throughline ')}`,
    );
  }
  // By the types that the same options were parsed with.
  return { values: values as Values<O>, words: positionals };
}

/** `parseArgs` of Node, strict; what it does not like is a {@link UsageError}. */
function parse(args: readonly string[], declared: Options) {
  const options = Object.fromEntries(
    Object.entries(declared).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  );
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) throw new UsageError(error.message);
    throw error;
  }
}

function shown(value: unknown): string {
  return JSON.stringify(value);
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
