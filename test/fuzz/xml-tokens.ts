/** A file cut into tags, text, comments and the like, which together are the file again. */
export type Tokens = readonly string[];

/** An element: the places of its first and last token, which are the same when it is empty. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const token = /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<\?[^]*?\?>|<[^<>]*>|[^<]+|</g;

export function tokensOf(xml: string): Tokens {
  return xml.match(token) ?? [];
}

/** Every element but the root. Closing tags that fit nothing are left out. */
export function elementsOf(tokens: Tokens): readonly Span[] {
  const spans: Span[] = [];
  const open: number[] = [];
  tokens.forEach((text, place) => {
    if (/^<\//.test(text)) {
      const from = open.pop();
      if (from !== undefined && open.length > 0) spans.push({ from, to: place });
    } else if (/^<[\w]/.test(text)) {
      if (!text.endsWith('/>')) open.push(place);
      else if (open.length > 0) spans.push({ from: place, to: place });
    }
  });
  return spans;
}

export interface Attribute {
  /** The place of the tag. */
  readonly place: number;
  /** ` name="value"`, as it stands. */
  readonly text: string;
  readonly name: string;
  readonly value: string;
}

export function attributesOf(tokens: Tokens): readonly Attribute[] {
  return tokens.flatMap((tag, place) =>
    /^<[\w]/.test(tag)
      ? [...tag.matchAll(/\s([\w:.-]+)="([^"]*)"/g)].map(([text, name = '', value = '']) => ({
          place,
          text,
          name,
          value,
        }))
      : [],
  );
}

export function withToken(tokens: Tokens, place: number, text: string): Tokens {
  return tokens.with(place, text);
}
