import type { JsonObject } from '../../contract/json-value.js';
import { UsageError } from '../command.js';
import { readObject } from '../variables.js';

/** What can be typed, and what it does. */
export const typedVerbs = {
  complete: 'complete [TASK] [{…}]          complete a user task, by the name or id of its element',
  job: 'job [TASK] [{…}]               complete a job, as its worker would',
  message:
    'message NAME [for KEY] [{…}]   publish a message; the key is that which is waited for, unless it is given',
  signal: 'signal NAME [{…}]              broadcast a signal',
  timer: 'timer [ELEMENT]                fire a timer now',
  retry: 'retry                          try the steps of incidents again',
  show: 'show                           show where it stands',
  restart: 'restart                        cancel it, and start another',
  help: 'help                           this',
  quit: 'quit                           end, as Ctrl-C does',
} as const;

export type TypedVerb = keyof typeof typedVerbs;

/** A line that was typed. */
export interface TypedLine {
  readonly verb: TypedVerb;
  /** What stands between the verb and the variables. */
  readonly name: string | undefined;
  /** The correlation key of a message. */
  readonly key: string | undefined;
  readonly variables: JsonObject | undefined;
}

/** Reads a line; undefined for an empty one. @throws UsageError */
export function readTypedLine(line: string): TypedLine | undefined {
  const text = line.trim();
  if (text === '') return undefined;
  const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
  if (!isVerb(word)) {
    const known = Object.keys(typedVerbs).join(', ');
    throw new UsageError(`Expected one of ${known} but found ${JSON.stringify(word)}.`);
  }
  const at = rest.indexOf('{');
  const variables = at < 0 ? undefined : readObject(rest.slice(at), 'the variables');
  const named = (at < 0 ? rest : rest.slice(0, at)).trim();
  const [, name = named, key] = (word === 'message' ? /^(.*?)\s+for\s+(.*)$/s.exec(named) : null) ?? [];
  return { verb: word, name: name === '' ? undefined : name, key, variables };
}

function isVerb(word: string): word is TypedVerb {
  return Object.hasOwn(typedVerbs, word);
}
