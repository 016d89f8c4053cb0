import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { JsonObject, JsonValue } from '../contract/json-value.js';
import { CommandFailed, UsageError } from './command.js';
import type { Terminal } from './terminal.js';

/** Options of whatever takes variables. */
export const variableOptions = {
  variables: {
    type: 'string',
    value: 'JSON|@FILE',
    about: 'a JSON object, or @FILE with one; @- is standard input',
    isFile: true,
  },
  var: {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE',
    about: 'one variable, over those of --variables; what is JSON is taken as JSON, anything else as text',
  },
} as const;

/** The variables that options tell; undefined where they tell none. @throws UsageError, CommandFailed for a file that cannot be read. */
export async function variablesOf(
  { variables, var: single = [] }: { readonly variables?: string; readonly var?: readonly string[] },
  { input }: Pick<Terminal, 'input'>,
): Promise<JsonObject | undefined> {
  if (variables === undefined && single.length === 0) return undefined;
  const whole = variables === undefined ? {} : readObject(await textOf(variables, input), '--variables');
  return Object.fromEntries([...Object.entries(whole), ...single.map(entryOf)]);
}

/** The same as a part of a request. */
export async function variablesPart(
  values: Parameters<typeof variablesOf>[0],
  terminal: Pick<Terminal, 'input'>,
): Promise<{ readonly variables?: JsonObject }> {
  const variables = await variablesOf(values, terminal);
  return variables === undefined ? {} : { variables };
}

/** A JSON object. `name` is what the message calls it. @throws UsageError */
export function readObject(given: string, name: string): JsonObject {
  const value = readJson(given);
  if (isObject(value)) return value;
  const found = given.length > 60 ? `${given.slice(0, 60)}…` : given;
  throw new UsageError(`Expected ${name} to be a JSON object but found ${JSON.stringify(found)}.`);
}

/** `name=value`, each to its list or request. @throws UsageError */
export function readPair(given: string, name: string, form: string): readonly [string, string] {
  const at = given.indexOf('=');
  if (at > 0) return [given.slice(0, at), given.slice(at + 1)];
  throw new UsageError(`Expected --${name} ${form} but found ${JSON.stringify(given)}.`);
}

/** A variable and its value: JSON, else text. */
export function entryOf(given: string): readonly [string, JsonValue] {
  const [name, value] = readPair(given, 'var', 'NAME=VALUE');
  const read = readJson(value);
  return [name, read === undefined ? value : read];
}

async function textOf(given: string, input: Terminal['input']): Promise<string> {
  if (!given.startsWith('@')) return given;
  if (given === '@-') return text(input);
  try {
    return await readFile(given.slice(1), 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new CommandFailed(`Expected to read the variables of ${given.slice(1)} but: ${error.message}`);
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined for what is no JSON. */
function readJson(given: string): JsonValue | undefined {
  try {
    return JSON.parse(given) as JsonValue;
  } catch {
    return undefined;
  }
}
