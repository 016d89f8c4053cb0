import type { Run } from '../run.js';
import { numberText } from './number-text.js';
import { Range } from './range.js';
import { isContext, isList, ownNames, ownValue } from './value.js';
import type { Value } from './value.js';

/**
 * The text that `string(from)` answers (DMN 1.4, 10.3.4.1): a string is itself, inside of lists and contexts it is
 * quoted. Null and functions have no text, which is null.
 */
export function valueText(run: Run, value: Value): string | null {
  if (typeof value === 'string') return value;
  if (value === null) return null;
  const pieces: string[] = [];
  return write(run, value, pieces) ? pieces.join('') : null;
}

/** Appends the text of a value; false when it contains a function. */
function write(run: Run, value: Value, pieces: string[]): boolean {
  run.charge(1);
  if (typeof value !== 'object' || value === null) return writeScalar(run, value, pieces);
  run.enter(1);
  const written = writeObject(run, value, pieces);
  run.leave(1);
  return written;
}

function writeScalar(run: Run, value: Value, pieces: string[]): boolean {
  if (typeof value === 'string') {
    run.chargeText(value.length);
    pieces.push(`"${value.replace(/["\\]/g, '\\$&')}"`);
  } else {
    const isBoolean = typeof value === 'boolean';
    pieces.push(typeof value === 'number' ? numberText(value) : isBoolean ? String(value) : 'null');
  }
  return true;
}

function writeObject(run: Run, value: Value & object, pieces: string[]): boolean {
  if (isList(value)) return writeItems(value, ['[', ']'], pieces, (item) => write(run, item, pieces));
  if (value instanceof Range) return writeRange(run, value, pieces);
  if (isContext(value)) {
    return writeItems(ownNames(value), ['{', '}'], pieces, (name) => {
      pieces.push(/^[A-Za-z_][\w ]*$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`, ': ');
      return write(run, ownValue(value, name) ?? null, pieces);
    });
  }
  if (value.type === 'function') return false;
  pieces.push(value.toString());
  return true;
}

function writeItems<T>(
  items: readonly T[],
  [open, close]: readonly [string, string],
  pieces: string[],
  writeItem: (item: T) => boolean,
): boolean {
  pieces.push(open);
  const written = items.every((item, index) => {
    if (index > 0) pieces.push(', ');
    return writeItem(item);
  });
  pieces.push(close);
  return written;
}

function writeRange(run: Run, range: Range, pieces: string[]): boolean {
  pieces.push(range.startIncluded ? '[' : '(');
  const start = range.start === null || write(run, range.start, pieces);
  pieces.push('..');
  const end = range.end === null || write(run, range.end, pieces);
  pieces.push(range.endIncluded ? ']' : ')');
  return start && end;
}
