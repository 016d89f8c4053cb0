/** An element as lines of XML, each child indented by two spaces; attributes that are undefined are left out. */
export function xmlElement(
  tag: string,
  attributes: Readonly<Record<string, string | number | boolean | undefined>>,
  content: readonly string[] = [],
): readonly string[] {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
  if (content.length === 0) return [`<${tag}${written} />`];
  return [`<${tag}${written}>`, ...content.map((line) => `  ${line}`), `</${tag}>`];
}

/** An element with text, on one line. */
export function xmlText(tag: string, attributes: string, text: string): string {
  return `<${tag}${attributes}>${escapeXml(text)}</${tag}>`;
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** The line, from 1, on which the element with that id starts; throws where there is none. */
export function lineOf(xml: string, id: string): number {
  const line = xml.split('\n').findIndex((text) => new RegExp(` id="${id}"`).test(text)) + 1;
  if (line === 0) throw new Error(`Expected an element with the id ${id} but found none`);
  return line;
}
