import type { Run } from '../run.js';
import type { Value } from '../values/value.js';

/** What a reader answers for a value that is not of its type. */
export const mismatch = Symbol('mismatch');

/** One parameter: its name, and how a value is taken for it, implicit conversions included. */
export interface Parameter<T> {
  readonly name: string;
  readonly optional: boolean;
  readonly read: (value: Value) => T | typeof mismatch;
}

/** One way to call a built-in function. */
export interface Signature {
  readonly parameters: readonly Parameter<unknown>[];
  /** Whether the last parameter takes any number of arguments. */
  readonly variadic: boolean;
  /** Arguments in the order of the parameters, undefined for one that was not given. */
  readonly invoke: (run: Run, args: readonly (Value | undefined)[]) => Value | typeof mismatch;
}

/** A built-in function: its name and its signatures, tried in order. */
export interface BuiltIn {
  readonly name: string;
  readonly signatures: readonly Signature[];
  /** Whether the answer depends on the time, so that it cannot be computed at compile time. */
  readonly readsClock: boolean;
}

/** How many arguments a call has, and how they are named; names are null for positional arguments. */
export interface ArgumentShape {
  readonly count: number;
  readonly names: readonly string[] | null;
}

type ArgumentsOf<P extends readonly Parameter<unknown>[]> = {
  -readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};

/** A built-in function that depends on its arguments only. */
export function builtIn(name: string, ...signatures: readonly Signature[]): BuiltIn {
  return { name, signatures, readsClock: false };
}

/** A signature with these parameters; the body gets the arguments as their types. */
export function signature<const P extends readonly Parameter<unknown>[]>(
  parameters: P,
  body: (run: Run, ...args: ArgumentsOf<P>) => Value,
): Signature {
  const invoke: Signature['invoke'] = (run, args) => {
    const read = readAll(parameters, args);
    return read === mismatch ? mismatch : body(run, ...(read as ArgumentsOf<P>));
  };
  return { parameters, variadic: false, invoke };
}

/** A signature whose last parameter takes the rest of the arguments, one at least. */
export function variadic<const P extends readonly Parameter<unknown>[], R>(
  parameters: P,
  rest: Parameter<R>,
  body: (run: Run, rest: readonly R[], ...args: ArgumentsOf<P>) => Value,
): Signature {
  const invoke: Signature['invoke'] = (run, args) => {
    const read = readAll(parameters, args.slice(0, parameters.length));
    if (read === mismatch) return mismatch;
    const items: R[] = [];
    for (const argument of args.slice(parameters.length)) {
      const item = rest.read(argument ?? null);
      if (item === mismatch) return mismatch;
      items.push(item);
    }
    return body(run, items, ...(read as ArgumentsOf<P>));
  };
  return { parameters: [...parameters, rest], variadic: true, invoke };
}

/**
 * The signatures that a call of this shape can mean. `before(range, point)` and `before(point, range)` have the same
 * names: the one whose order was written comes first.
 */
export function signaturesFor(
  { signatures }: BuiltIn,
  { count, names }: ArgumentShape,
): readonly Signature[] {
  if (names === null) return signatures.filter((candidate) => fitsCount(candidate, count));
  const fitting = signatures.filter((candidate) => fitsNames(candidate, names));
  const asWritten = fitting.filter(({ parameters }) =>
    names.every((name, index) => parameters[index]?.name === name),
  );
  return [...new Set([...asWritten, ...fitting])];
}

/** The answer of the first signature whose parameters take the arguments; null when there is none. */
export function applySignatures(
  run: Run,
  signatures: readonly Signature[],
  shape: ArgumentShape,
  values: readonly Value[],
): Value {
  for (const candidate of signatures) {
    const answer = candidate.invoke(run, inOrder(candidate, shape.names, values));
    if (answer !== mismatch) return answer;
  }
  return null;
}

/** A signature as the DMN tables write it: `substring(string, start position, length?)`. */
export function signatureText(name: string, { parameters, variadic }: Signature): string {
  const texts = parameters.map((parameter) => `${parameter.name}${parameter.optional ? '?' : ''}`);
  return `${name}(${texts.join(', ')}${variadic ? ', …' : ''})`;
}

function fitsCount({ parameters, variadic }: Signature, count: number): boolean {
  const required = parameters.filter((parameter) => !parameter.optional).length;
  return count >= required && (variadic || count <= parameters.length);
}

function fitsNames({ parameters }: Signature, names: readonly string[]): boolean {
  const known = parameters.map((parameter) => parameter.name);
  const required = parameters.filter((parameter) => !parameter.optional);
  return (
    new Set(names).size === names.length &&
    names.every((name) => known.includes(name)) &&
    required.every((parameter) => names.includes(parameter.name))
  );
}

function inOrder(
  { parameters }: Signature,
  names: readonly string[] | null,
  values: readonly Value[],
): readonly (Value | undefined)[] {
  if (names === null) return values;
  return parameters.map((parameter) => {
    const index = names.indexOf(parameter.name);
    return index < 0 ? undefined : (values[index] ?? null);
  });
}

function readAll(
  parameters: readonly Parameter<unknown>[],
  args: readonly (Value | undefined)[],
): readonly unknown[] | typeof mismatch {
  const read: unknown[] = [];
  for (const [index, parameter] of parameters.entries()) {
    const value = parameter.read(args[index] ?? null);
    if (value === mismatch) return mismatch;
    read.push(value);
  }
  return read;
}
