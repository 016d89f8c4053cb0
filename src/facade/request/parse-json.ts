import { refuse } from '../respond/refusal.js';
import { findJsonError } from './find-json-error.js';
import { scanJson } from './scan-json.js';

/** The value of a JSON text. Throws `malformed-json` or `validation-failed` for what no body may hold. */
export function parseJson(text: string): unknown {
  const value = parsed(text);
  const fault = scanJson(value);
  if (fault !== undefined) throw refuse('validation-failed', fault.message, { errors: [fault] });
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const fault = findJsonError(text);
    const detail =
      fault === undefined
        ? 'Expected JSON that this server can hold.'
        : `Expected ${fault.expected} at line ${fault.line}, column ${fault.column} of the JSON body.`;
    throw refuse('malformed-json', detail);
  }
}
