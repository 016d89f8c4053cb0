import { TaskError } from './task-error.js';
import { type Placeholder, placeholderText } from './template.js';

/** The value of a placeholder as one component of a URL (RFC 3986 §2.1). @throws TaskError when it is no Unicode text. */
export function percentEncoded(text: string, placeholder: Placeholder): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw new TaskError(
      `Expected ${placeholderText(placeholder)} to be Unicode text but found half a character.`,
    );
  }
}
