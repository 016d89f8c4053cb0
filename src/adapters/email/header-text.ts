import type { PlaceholderValues } from '../template/placeholder-values.js';
import { scalarOf } from '../template/scalar.js';
import { TaskError } from '../template/task-error.js';
import { placeholderText, renderTemplate, type Template } from '../template/template.js';

/**
 * Text of a header field: its values as they are. A line end would begin another field (RFC 5322 §2.2), so it is refused, as every control
 * character is; also where a mail program could take it for one. @throws TaskError that names field and placeholder.
 */
export function renderHeaderText(template: Template, values: PlaceholderValues, field: string): string {
  return renderTemplate(template, {
    text: (literal) => checked(literal, field, 'the model'),
    value: (placeholder) =>
      checked(String(scalarOf(values, placeholder, field)), field, placeholderText(placeholder)),
  });
}

/** @throws TaskError when the text has line ends or control characters; `from` says where it comes from. */
export function checked(text: string, field: string, from: string): string {
  if (!/[\p{Cc}\u2028\u2029]/u.test(text)) return text;
  throw new TaskError(
    `Expected the field ${field} to have no line ends and no control characters but found some in ${from}.`,
  );
}
