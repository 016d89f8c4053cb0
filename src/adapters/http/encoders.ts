import { percentEncoded } from '../template/percent-encoded.js';
import type { PlaceholderValues } from '../template/placeholder-values.js';
import { scalarOf } from '../template/scalar.js';
import { TaskError } from '../template/task-error.js';
import { type Placeholder, placeholderText, type TemplateEncoder } from '../template/template.js';

/** Values percent-encoded, so that none can leave its path segment or query parameter. */
export function urlEncoder(values: PlaceholderValues): TemplateEncoder {
  let before = '';
  return {
    text(literal) {
      before += literal;
      return literal;
    },
    value(placeholder) {
      const isBase = placeholder.source === 'services' && before === '';
      const value = String(scalarOf(values, placeholder, 'the url'));
      if (value === '' && !before.includes('?')) {
        throw new TaskError(
          `Expected ${placeholderText(placeholder)} in the url's path to have a value but it is empty.`,
        );
      }
      const encoded = isBase ? value.replace(/\/+$/, '') : percentEncoded(value, placeholder);
      before += encoded;
      return encoded;
    },
  };
}

/** Values as they are, refused when they could end the header. RFC 9110 §5.5 allows what is allowed here. */
export function headerEncoder(values: PlaceholderValues, where: string): TemplateEncoder {
  return {
    text: (literal) => literal,
    value(placeholder) {
      const value = String(scalarOf(values, placeholder, where));
      if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
      throw new TaskError(
        `Expected ${placeholderText(placeholder)} in ${where} to have only characters of a header (Latin-1, no line ends) but found others.`,
      );
    },
  };
}

/** What a body is, by its media type; decides how values are put into it. */
export type BodyFormat = 'json' | 'form' | 'xml' | 'text';

/** Undefined for a media type that values cannot be put into safely. */
export function bodyFormat(contentType: string): BodyFormat | undefined {
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (isJson(mediaType)) return 'json';
  if (mediaType === 'application/x-www-form-urlencoded') return 'form';
  if (mediaType === 'text/plain') return 'text';
  return /^(application|text)\/xml$|\+xml$/.test(mediaType) ? 'xml' : undefined;
}

/** application/json and what ends in +json (RFC 6839 §3.1). */
export function isJson(mediaType: string): boolean {
  return /^application\/json$|^[^/]+\/[^/]+\+json$/.test(mediaType);
}

export function bodyEncoder(format: BodyFormat, values: PlaceholderValues): TemplateEncoder {
  switch (format) {
    case 'json':
      return jsonEncoder(values);
    case 'form':
      return scalarEncoder(values, percentEncoded);
    case 'xml':
      return scalarEncoder(values, xmlEncoded);
    case 'text':
      return scalarEncoder(values, (text) => text);
    default:
      return format satisfies never;
  }
}

/** Inside quotes a value's text, escaped; elsewhere the value as JSON, whatever it is. */
function jsonEncoder(values: PlaceholderValues): TemplateEncoder {
  let isInString = false;
  return {
    text(literal) {
      for (const [token] of literal.matchAll(/\\.|"/gs)) if (token === '"') isInString = !isInString;
      return literal;
    },
    value(placeholder) {
      if (!isInString) return JSON.stringify(values.get(placeholder, 'the body'));
      return JSON.stringify(String(scalarOf(values, placeholder, 'the body'))).slice(1, -1);
    },
  };
}

function scalarEncoder(
  values: PlaceholderValues,
  encode: (text: string, placeholder: Placeholder) => string,
): TemplateEncoder {
  return {
    text: (literal) => literal,
    value: (placeholder) => encode(String(scalarOf(values, placeholder, 'the body')), placeholder),
  };
}

const xmlEntities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
]);

/** XML 1.0 §2.2 has no way to write the other control characters. */
function xmlEncoded(text: string, placeholder: Placeholder): string {
  // eslint-disable-next-line no-control-regex
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(text)) {
    throw new TaskError(
      `Expected ${placeholderText(placeholder)} to be text for XML but found control characters.`,
    );
  }
  return text.replace(/[&<>"']/g, (character) => xmlEntities.get(character) ?? character);
}
