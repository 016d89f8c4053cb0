import type { DialectName } from '../dialect.js';

type Token =
  { readonly kind: 'any' } | { readonly kind: 'one' } | { readonly kind: 'text'; readonly text: string };

/** The operator of each database that matches patterns with regard to case. */
export const likeOperators: Readonly<Record<DialectName, string>> = { sqlite: 'GLOB', postgres: 'LIKE' };

/**
 * A search pattern in the database's own language. `*` stands for any text, `?` for one character; `\` takes the meaning
 * from the character behind it. SQLite's LIKE knows no case, so that GLOB does it there.
 */
export function likePattern(dialect: DialectName, pattern: string): string {
  return tokensOf(pattern)
    .map((token) => {
      switch (token.kind) {
        case 'any':
          return dialect === 'sqlite' ? '*' : '%';
        case 'one':
          return dialect === 'sqlite' ? '?' : '_';
        case 'text':
          return dialect === 'sqlite'
            ? token.text.replace(/[*?[]/g, '[$&]')
            : token.text.replace(/[%_\\]/g, '\\$&');
        default:
          return token satisfies never;
      }
    })
    .join('');
}

/** Several `*` in a row mean no more than one, and cost more. */
function tokensOf(pattern: string): readonly Token[] {
  const found = pattern.match(/\*+|\?|\\[\s\S]|[\s\S]/gu) ?? [];
  return found.map((text): Token => {
    if (text.startsWith('*')) return { kind: 'any' };
    if (text === '?') return { kind: 'one' };
    return { kind: 'text', text: text.length > 1 && text.startsWith('\\') ? text.slice(1) : text };
  });
}
