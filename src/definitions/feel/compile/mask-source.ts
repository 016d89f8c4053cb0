import { CompileError } from './code.js';

/** Longest source, in UTF-16 units. */
const sourceLengthMax = 16_384;
/** Brackets that may be open at once. */
const bracketDepthMax = 100;
/** Names a source may declare; the parser keeps a table of them per declaration. */
const declarationsMax = 500;

/**
 * The source with the contents of strings that have escapes blotted out, for the parser: its tokenizer would let
 * a quote that is escaped end the string, or one after `\\` not end it. Positions stay the same. Refuses with a
 * CompileError what would take the parser too deep or too long.
 */
export function maskSource(source: string): string {
  if (source.length > sourceLengthMax) {
    throw new CompileError(
      `Expected an expression of at most ${sourceLengthMax} characters but found ${source.length}.`,
      sourceLengthMax,
    );
  }
  const tokens = /\/\/[^\n]*|\/\*[^]*?\*\/|"(?:[^"\\]|\\[^])*"|`[^`]*`|[[\](){}:]|\bin\b/g;
  let depth = 0;
  let declarations = 0;
  return source.replace(tokens, (token: string, position: number) => {
    if (token === '(' || token === '[' || token === '{') depth++;
    if (token === ')' || token === ']' || token === '}') depth--;
    if (token === ':' || token === 'in') declarations++;
    if (depth > bracketDepthMax) {
      throw new CompileError(`Expected at most ${bracketDepthMax} nested brackets but found more.`, position);
    }
    if (declarations > declarationsMax) {
      throw new CompileError(`Expected at most ${declarationsMax} declared names but found more.`, position);
    }
    if (!token.startsWith('"') || !token.includes('\\')) return token;
    return `"${'x'.repeat(token.length - 2)}"`;
  });
}
