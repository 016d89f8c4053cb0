/**
 * What keeps a text from being XML 1.0, as far as saxen does not see it, or undefined when nothing does. The text is that of
 * a text node or an attribute as written, before entities are replaced.
 */
export function textFault(raw: string): string | undefined {
  if (!raw.includes('&')) return undefined;
  for (const [reference, decimal, hexadecimal, name] of raw.matchAll(references)) {
    if (name !== undefined && predefined.has(name)) continue;
    if (decimal === undefined && hexadecimal === undefined) {
      return `Expected one of the five entities of XML (&amp; &lt; &gt; &quot; &apos;) but found ${reference}.`;
    }
    const code =
      decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number.parseInt(decimal, 10);
    if (!isCharacter(code)) return `Expected a reference to a character of XML but found ${reference}.`;
    if (code > 0xffff) return `Expected the character itself, in UTF-8, but found ${reference}.`;
  }
  return undefined;
}

/** What keeps a whole file from being XML 1.0 (§2.2): control characters and halves of characters. */
export function characterFault(xml: string): string | undefined {
  const match = forbiddenCharacter.exec(xml);
  if (match === null) return undefined;
  const code = match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return `Expected characters that XML 1.0 allows but found U+${code} at character ${match.index + 1}.`;
}

/** Each `&`, with the number or name of the reference where there is one. */
const references = /&(?:#(\d{1,8});|#x([0-9a-fA-F]{1,8});|([A-Za-z][\w.-]{0,31});|.{0,8})/gs;

const predefined: ReadonlySet<string> = new Set(['amp', 'lt', 'gt', 'quot', 'apos']);

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const forbiddenCharacter = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/u;

function isCharacter(code: number): boolean {
  return (
    code === 0x9 ||
    code === 0xa ||
    code === 0xd ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff)
  );
}
