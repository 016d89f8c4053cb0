import { matchesPattern, replacePattern, splitPattern, extractPattern } from '../regex/pattern.js';
import type { Run } from '../run.js';
import type { Value } from '../values/value.js';
import { builtIn, signature } from './built-in.js';
import type { BuiltIn } from './built-in.js';
import { integer, list, optional, text } from './parameters.js';

/** String functions (DMN 1.4, 10.3.4.3), and those that Camunda 8 adds. Positions count code points. */
export const stringFunctions: readonly BuiltIn[] = [
  builtIn(
    'substring',
    signature(
      [text('string'), integer('start position'), optional(integer('length'))],
      (run, string, start, length) => substring(run, string, start, length),
    ),
  ),
  builtIn(
    'string length',
    signature([text('string')], (run, string) => {
      run.chargeText(string.length);
      return codePointCount(string);
    }),
  ),
  builtIn(
    'upper case',
    signature([text('string')], (run, string) => made(run, string.length, () => string.toUpperCase())),
  ),
  builtIn(
    'lower case',
    signature([text('string')], (run, string) => made(run, string.length, () => string.toLowerCase())),
  ),
  builtIn(
    'substring before',
    signature([text('string'), text('match')], (run, string, match) =>
      made(run, string.length, () => string.slice(0, Math.max(0, string.indexOf(match)))),
    ),
  ),
  builtIn(
    'substring after',
    signature([text('string'), text('match')], (run, string, match) =>
      made(run, string.length, () => {
        const index = string.indexOf(match);
        return index < 0 ? '' : string.slice(index + match.length);
      }),
    ),
  ),
  builtIn(
    'contains',
    signature([text('string'), text('match')], (run, string, match) => {
      run.chargeText(string.length);
      return string.includes(match);
    }),
  ),
  builtIn(
    'starts with',
    signature([text('string'), text('match')], (run, string, match) => {
      run.chargeText(match.length);
      return string.startsWith(match);
    }),
  ),
  builtIn(
    'ends with',
    signature([text('string'), text('match')], (run, string, match) => {
      run.chargeText(match.length);
      return string.endsWith(match);
    }),
  ),
  builtIn(
    'matches',
    signature([text('input'), text('pattern'), optional(text('flags'))], (run, input, pattern, flags) =>
      matchesPattern(run, input, pattern, flags ?? ''),
    ),
  ),
  builtIn(
    'replace',
    signature(
      [text('input'), text('pattern'), text('replacement'), optional(text('flags'))],
      (run, input, pattern, replacement, flags) =>
        replacePattern(run, input, pattern, replacement, flags ?? ''),
    ),
  ),
  builtIn(
    'split',
    signature([text('string'), text('delimiter')], (run, string, delimiter) =>
      splitPattern(run, string, delimiter),
    ),
  ),
  builtIn(
    'extract',
    signature([text('string'), text('pattern')], (run, string, pattern) =>
      extractPattern(run, string, pattern),
    ),
  ),
  builtIn(
    'string join',
    signature(
      [list('list'), optional(text('delimiter')), optional(text('prefix')), optional(text('suffix'))],
      (run, items, delimiter, prefix, suffix) =>
        joined(run, items, delimiter ?? '', prefix ?? '', suffix ?? ''),
    ),
  ),
  builtIn(
    'trim',
    signature([text('string')], (run, string) => made(run, string.length, () => string.trim())),
  ),
  builtIn(
    'is blank',
    signature([text('string')], (run, string) => {
      run.chargeText(string.length);
      return string.trim() === '';
    }),
  ),
];

/** Charges for a text before it is made. */
function made(run: Run, length: number, make: () => string): string {
  run.chargeText(length);
  return make();
}

function codePointCount(string: string): number {
  let count = string.length;
  for (let index = 1; index < string.length; index++) {
    if (isLow(string.charCodeAt(index)) && isHigh(string.charCodeAt(index - 1))) count--;
  }
  return count;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Null for a start of 0 or a negative length, which name no characters. */
function substring(run: Run, string: string, start: number, length: number | null): Value {
  if (start === 0 || (length !== null && length < 0)) return null;
  run.chargeText(string.length);
  const characters = Array.from(string);
  const from = start > 0 ? start - 1 : Math.max(0, characters.length + start);
  return characters.slice(from, length === null ? undefined : from + length).join('');
}

/** Null items are left out; anything else but a string makes it null. */
function joined(run: Run, items: readonly Value[], delimiter: string, prefix: string, suffix: string): Value {
  run.chargeList(items.length);
  const strings = items.filter((item) => item !== null);
  let length = prefix.length + suffix.length;
  for (const item of strings) {
    if (typeof item !== 'string') return null;
    length += item.length + delimiter.length;
  }
  return made(run, length, () => `${prefix}${strings.join(delimiter)}${suffix}`);
}
