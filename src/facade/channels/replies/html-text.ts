const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** The words of an HTML mail that comes without a plain text, in one pass; scripts and styles are left out. */
export function htmlText(html: string): string {
  const parts: string[] = [];
  const lower = html.toLowerCase();
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    parts.push(html.slice(at, open === -1 ? html.length : open));
    if (open === -1) break;
    const close = html.indexOf('>', open);
    if (close === -1) break;
    const name = /^\/?[a-z0-9]*/i.exec(html.slice(open + 1, open + 20))?.[0].toLowerCase() ?? '';
    if (/^\/?(p|div|br|tr|li|h[1-6]|blockquote)$/.test(name)) parts.push('\n');
    at = name === 'script' || name === 'style' ? endOf(lower, name, close) : close + 1;
  }
  return decoded(parts.join(''))
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** After the closing tag; the end where there is none. */
function endOf(html: string, name: string, from: number): number {
  const close = html.indexOf(`</${name}`, from);
  const end = close === -1 ? -1 : html.indexOf('>', close);
  return end === -1 ? html.length : end + 1;
}

function decoded(text: string): string {
  return text.replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,5});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
      ? String.fromCodePoint(code)
      : whole;
  });
}
