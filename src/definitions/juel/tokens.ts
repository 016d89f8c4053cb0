/** A mistake in an expression, with the character of the text it was found at, from 0. */
export class JuelError extends Error {
  override readonly name = 'JuelError';

  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
  }
}

/** A piece of an expression; `position` is the character of the text it begins at, from 0. */
export type Token =
  | { readonly kind: 'number'; readonly value: number; readonly position: number }
  | { readonly kind: 'string'; readonly value: string; readonly position: number }
  | { readonly kind: 'name'; readonly text: string; readonly position: number }
  | { readonly kind: 'symbol'; readonly text: string; readonly position: number }
  | { readonly kind: 'end'; readonly text: '}'; readonly position: number };

const space = /[ \t\r\n]*/y;
const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const name = /[\p{L}_$][\p{L}\p{M}\p{N}_$]*/uy;
const symbol = /==|!=|<=|>=|&&|\|\||->|\+=|[-+*/%<>!?:.,;=()[\]{}]/y;

/** The words that are operators or literals, and so no names. */
export const words: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  'eq',
  'ne',
  'lt',
  'gt',
  'le',
  'ge',
  'true',
  'false',
  'null',
  'empty',
  'div',
  'mod',
  'instanceof',
]);

/**
 * The tokens of the expression that begins at `start`, after its `${`, up to and with the brace that closes it.
 * @throws JuelError where something is no token, or the brace is missing
 */
export function readTokens(text: string, start: number): readonly Token[] {
  const tokens: Token[] = [];
  let position = start;
  for (;;) {
    position += matched(space, text, position)?.length ?? 0;
    const token = readToken(text, position);
    tokens.push(token.token);
    if (token.token.kind === 'end') return tokens;
    position = token.next;
  }
}

/** Where the tokens stop: one past the closing brace. */
export function endOf(tokens: readonly Token[]): number {
  return (tokens.at(-1)?.position ?? 0) + 1;
}

function readToken(text: string, position: number): { readonly token: Token; readonly next: number } {
  const first = text[position];
  if (first === undefined) throw new JuelError('expected "}" but found the end of the text', position);
  if (first === '}') return { token: { kind: 'end', text: '}', position }, next: position + 1 };
  if (first === '"' || first === "'") return readString(text, position, first);
  const digits = matched(number, text, position);
  if (digits !== undefined) {
    const value = Number(digits);
    if (!Number.isFinite(value)) throw new JuelError(`expected a number but found ${digits}`, position);
    return { token: { kind: 'number', value, position }, next: position + digits.length };
  }
  const word = matched(name, text, position);
  if (word !== undefined)
    return { token: { kind: 'name', text: word, position }, next: position + word.length };
  const sign = matched(symbol, text, position);
  if (sign !== undefined)
    return { token: { kind: 'symbol', text: sign, position }, next: position + sign.length };
  throw new JuelError(`found a character that is not known: ${first}`, position);
}

/** In quotes of either kind; a backslash takes the quote or the backslash behind it as it stands. */
function readString(text: string, position: number, quote: string) {
  let value = '';
  for (let at = position + 1; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === quote) return { token: { kind: 'string', value, position }, next: at + 1 } as const;
    const escaped = text[at + 1];
    if (character === '\\' && (escaped === '\\' || escaped === '"' || escaped === "'")) {
      value += escaped;
      at++;
    } else {
      value += character;
    }
  }
  throw new JuelError(`expected ${quote} at the end of the text in quotes`, position);
}

function matched(pattern: RegExp, text: string, position: number): string | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0];
}
