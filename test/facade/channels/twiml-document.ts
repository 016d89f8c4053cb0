import assert from 'node:assert/strict';
import { Parser } from 'saxen';

/** An element of a TwiML document. */
export interface TwimlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly TwimlElement[];
  readonly text: string;
}

interface OpenElement extends TwimlElement {
  readonly children: OpenElement[];
  text: string;
}

/** The verbs of a TwiML document, read by a parser of XML; fails for what is no XML. */
export function verbsOf(xml: string): readonly TwimlElement[] {
  assert.match(xml, /^<\?xml version="1.0" encoding="UTF-8"\?>/);
  const root: OpenElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new Parser();
  parser.on('openTag', (name, attributes, decode) => {
    const read = Object.entries(attributes() || {}).map(([key, value]) => [key, decode(value)]);
    const element = {
      name,
      attributes: Object.fromEntries(read) as Record<string, string>,
      children: [],
      text: '',
    };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += decoded(text);
  });
  parser.on('closeTag', () => void open.pop());
  parser.on('error', (error) => assert.fail(error));
  const failed = parser.parse(xml);
  assert.equal(failed, null);
  const [response, ...others] = root.children;
  assert.ok(response !== undefined && response.name === 'Response' && others.length === 0, xml);
  return response.children;
}

/** Everything that is said, one sentence after the other. */
export function saidIn(verbs: readonly TwimlElement[]): readonly string[] {
  return verbs.flatMap(({ name, text, children }) => (name === 'Say' ? [text] : saidIn(children)));
}

/** The names of the verbs. */
export function namesIn(verbs: readonly TwimlElement[]): readonly string[] {
  return verbs.map(({ name }) => name);
}

function decoded(text: string): string {
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  return text.replace(/&(lt|gt|amp|quot|apos);/g, (_all, name: string) => entities[name] ?? '');
}
