/**
 * What a terminal would take for a command, or would hide or turn round: control characters (ECMA-48, C0 and C1) and marks of
 * writing direction. Names, keys and messages come from strangers.
 */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** The text in one line that a terminal shows as it is: what it would act on is written as JSON writes it. */
export function plainText(text: string): string {
  return text.replaceAll(unsafe, escaped);
}

/** JSON that can be shown on a terminal. Means the same. */
export function jsonText(value: unknown, indent = 2): string {
  // Line feeds that are left are those between the lines.
  return JSON.stringify(value, null, indent).replaceAll(unsafe, (char) =>
    char === '\n' ? char : escaped(char),
  );
}

function escaped(char: string): string {
  if (char === '\n') return '\\n';
  if (char === '\t') return '\\t';
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
