import { TaskError } from './task-error.js';

/** Where the value of a placeholder comes from. */
export const placeholderSources = ['variables', 'secrets', 'services', 'job'] as const;
export type PlaceholderSource = (typeof placeholderSources)[number];

/** `{{variables.customer.id}}`: source `variables`, path `customer`, `id`. */
export interface Placeholder {
  readonly kind: 'placeholder';
  readonly source: PlaceholderSource;
  readonly path: readonly [string, ...string[]];
}

export type TemplatePart = { readonly kind: 'text'; readonly text: string } | Placeholder;

/** Text of a model with places that values are put into. Values are never looked at for placeholders. */
export type Template = readonly TemplatePart[];

/** How literal text and values of one template become one text. Called for the parts in their order. */
export interface TemplateEncoder {
  text(literal: string): string;
  value(placeholder: Placeholder): string;
}

const placeholderPattern = /\{\{(?<inside>[^{}]*)\}\}/g;
const insidePattern = /^\s*(?<source>[a-z]+)\.(?<path>[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)\s*$/;

/**
 * `where` says what the template is for, `sources` which of the sources may be used there.
 * @throws TaskError for what begins like a placeholder and is none.
 */
export function parseTemplate(
  text: string,
  where: string,
  sources: readonly PlaceholderSource[] = placeholderSources,
): Template {
  const parts: TemplatePart[] = [];
  let end = 0;
  for (const match of text.matchAll(placeholderPattern)) {
    addText(parts, text.slice(end, match.index), where, sources);
    parts.push(parsePlaceholder(match[0], match.groups?.['inside'] ?? '', where, sources));
    end = match.index + match[0].length;
  }
  addText(parts, text.slice(end), where, sources);
  return parts;
}

/** The text with all values in it, in one pass. @throws what the encoder throws. */
export function renderTemplate(template: Template, encoder: TemplateEncoder): string {
  return template
    .map((part) => (part.kind === 'text' ? encoder.text(part.text) : encoder.value(part)))
    .join('');
}

/** The placeholder as a model writes it. */
export function placeholderText({ source, path }: Placeholder): string {
  return `{{${source}.${path.join('.')}}}`;
}

function addText(
  parts: TemplatePart[],
  text: string,
  where: string,
  sources: readonly PlaceholderSource[],
): void {
  const stray = text.indexOf('{{');
  if (stray >= 0) throw notAPlaceholder(text.slice(stray, stray + 40), where, sources);
  if (text !== '') parts.push({ kind: 'text', text });
}

function parsePlaceholder(
  whole: string,
  inside: string,
  where: string,
  sources: readonly PlaceholderSource[],
): Placeholder {
  const { source: sourceText = '', path: pathText = '' } = insidePattern.exec(inside)?.groups ?? {};
  const source = sources.find((known) => known === sourceText);
  const [first = '', ...rest] = pathText.split('.');
  if (source === undefined || first === '') throw notAPlaceholder(whole, where, sources);
  return { kind: 'placeholder', source, path: [first, ...rest] };
}

function notAPlaceholder(found: string, where: string, sources: readonly PlaceholderSource[]): TaskError {
  const expected = sources.map((source) => `{{${source}.<name>}}`).join(', ');
  return new TaskError(`Expected one of ${expected} in ${where} but found ${found}.`);
}
