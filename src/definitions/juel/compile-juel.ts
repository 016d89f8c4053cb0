import { compileTokens } from './compile-expression.js';
import type { Evaluator } from './compile-expression.js';
import { textOf } from './operations.js';
import { JuelError, endOf, readTokens } from './tokens.js';

/** Characters of a text with expressions. */
const sourceMax = 16_384;
/** Characters of a text that expressions are put into. */
const textMax = 1_000_000;

/** A compiled text, or what is wrong with it and at which character, from 0. */
export type JuelResult =
  | { readonly ok: true; readonly evaluate: Evaluator; readonly variables: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly position: number };

/**
 * Compiles text with `${…}` or `#{…}` in it, as Camunda 7 has it, to closures: a part of the Jakarta Expression Language
 * that cannot reach the host. Text that is one expression keeps the type of its value; in a text with more, each value is put in as
 * text, null as nothing. `\${` is no expression. A variable that does not exist is null. Never throws.
 */
export function compileJuel(text: string): JuelResult {
  const variables = new Set<string>();
  try {
    if (text.length > sourceMax) throw new JuelError(`expected at most ${sourceMax} characters`, sourceMax);
    const parts = readParts(text, variables);
    const [only] = parts;
    const evaluate = parts.length === 1 && typeof only === 'function' ? only : joined(parts);
    return { ok: true, evaluate, variables: [...variables].sort() };
  } catch (error) {
    if (error instanceof JuelError) return { ok: false, message: error.message, position: error.position };
    throw error;
  }
}

type Part = string | Evaluator;

function readParts(text: string, variables: Set<string>): readonly Part[] {
  const parts: Part[] = [];
  let plain = '';
  for (let at = 0; at < text.length;) {
    const opens = isOpening(text, at);
    if (!opens) {
      const escapes = text[at] === '\\' && isOpening(text, at + 1);
      plain += escapes ? text.slice(at + 1, at + 3) : (text[at] ?? '');
      at += escapes ? 3 : 1;
      continue;
    }
    if (plain !== '') parts.push(plain);
    plain = '';
    const tokens = readTokens(text, at + 2);
    parts.push(compileTokens(tokens, variables));
    at = endOf(tokens);
  }
  return plain === '' ? parts : [...parts, plain];
}

function isOpening(text: string, at: number): boolean {
  return (text[at] === '$' || text[at] === '#') && text[at + 1] === '{';
}

function joined(parts: readonly Part[]): Evaluator {
  return (context) => {
    let text = '';
    for (const part of parts) {
      text += typeof part === 'string' ? part : textOf(part(context));
      if (text.length > textMax) throw new Error(`Expected a text of at most ${textMax} characters.`);
    }
    return text;
  };
}
