import { percentEncoded } from '../template/percent-encoded.js';
import type { PlaceholderValues } from '../template/placeholder-values.js';
import { scalarOf } from '../template/scalar.js';
import { TaskError } from '../template/task-error.js';
import { type Placeholder, placeholderText, type TemplateEncoder } from '../template/template.js';
import { type HtmlPlace, HtmlPosition } from './html-position.js';

const urlAttributes: readonly string[] = [
  'href',
  'src',
  'action',
  'formaction',
  'background',
  'cite',
  'poster',
];

/**
 * Values escaped for where in HTML they stand: never markup, and never a link that a program could run.
 * @throws TaskError where that is not possible.
 */
export function htmlEncoder(values: PlaceholderValues): TemplateEncoder {
  const position = new HtmlPosition();
  return {
    text(literal) {
      position.read(literal);
      return literal;
    },
    value(placeholder) {
      const text = String(scalarOf(values, placeholder, 'html'));
      const encoded = encode(text, placeholder, position.place);
      position.skip(encoded);
      return encoded;
    },
  };
}

function encode(text: string, placeholder: Placeholder, place: HtmlPlace): string {
  switch (place.kind) {
    case 'content':
      return escapeHtml(text);
    case 'attribute':
      return inAttribute(text, placeholder, place);
    case 'elsewhere':
      throw misplaced(placeholder, place.what);
    default:
      return place satisfies never;
  }
}

function inAttribute(
  text: string,
  placeholder: Placeholder,
  { name, before }: Extract<HtmlPlace, { kind: 'attribute' }>,
): string {
  if (name === '' || name === 'style' || name === 'srcset' || name === 'srcdoc' || name.startsWith('on')) {
    throw misplaced(placeholder, `the attribute ${name}`);
  }
  if (!urlAttributes.includes(name)) return escapeHtml(text);
  if (before.trim() !== '') return percentEncoded(text, placeholder);
  if (/^(https?:\/\/|mailto:|tel:)/i.test(text)) return escapeHtml(text);
  throw new TaskError(
    `Expected ${placeholderText(placeholder)}, where ${name} begins in html, to be an http, https, mailto or tel link but found something else.`,
  );
}

function misplaced(placeholder: Placeholder, where: string): TaskError {
  return new TaskError(
    `Expected ${placeholderText(placeholder)} in html to stand in the text or in a quoted attribute but found it in ${where}.`,
  );
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities.get(character) ?? character);
}
