import { CompileError } from './code.js';

/** Longest source, in UTF-16 units. */
const sourceLengthMax = 16_384;
/** Brackets that may be open at once. */
const bracketDepthMax = 100;
/** Names a source may declare; the parser keeps a table of them per declaration. */
const declarationsMax = 500;

/** Comments, strings and quoted names, which hide what is in them; brackets; and what declares names. */
const tokens = /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|"(?:[^"\\]|\\[^])*("?)|`[^`]*`?|[[\](){}:]|\bin\b/g;

/**
 * The source with the contents of strings that have escapes blotted out, for the parser: its tokenizer would let
 * a quote that is escaped end the string, or one after `\\` not end it. Positions stay the same. Refuses with a
 * CompileError a string without an end, and what would take the parser too deep or too long.
 */
export function maskSource(source: string): string {
  if (source.length > sourceLengthMax) {
    throw new CompileError(
      `Expected an expression of at most ${sourceLengthMax} characters but found ${source.length}.`,
      sourceLengthMax,
    );
  }
  let depth = 0;
  let declarations = 0;
  return source.replace(tokens, (token: string, closing: string | undefined, position: number) => {
    if (token === '(' || token === '[' || token === '{') depth++;
    if (token === ')' || token === ']' || token === '}') depth--;
    if (token === ':' || token === 'in') declarations++;
    if (depth > bracketDepthMax) {
      throw new CompileError(`Expected at most ${bracketDepthMax} nested brackets but found more.`, position);
    }
    if (declarations > declarationsMax) {
      throw new CompileError(`Expected at most ${declarationsMax} declared names but found more.`, position);
    }
    if (closing === '') {
      throw new CompileError(
        `Expected '"' at the end of the string but found the end of the expression.`,
        position,
      );
    }
    if (closing === undefined || !token.includes('\\')) return token;
    return `"${'x'.repeat(token.length - 2)}"`;
  });
}

const closings: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The bracket that should close the innermost one that is still open; null when all are closed. */
export function missingBracket(source: string): string | null {
  const open: string[] = [];
  for (const [token] of source.matchAll(tokens)) {
    const closing = closings[token];
    if (closing !== undefined) open.push(closing);
    else if (token === open.at(-1)) open.pop();
  }
  return open.at(-1) ?? null;
}
