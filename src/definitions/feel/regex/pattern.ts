import type { Run } from '../run.js';
import type { Value } from '../values/value.js';
import { parsePattern } from './parse-pattern.js';
import { programOf } from './program.js';
import type { Program } from './program.js';
import { search } from './search.js';
import type { Saved } from './search.js';

/** Programs kept; models use few patterns, and those again and again. */
const programsMax = 500;

const programs = new Map<string, Program | null>();

/** Whether a part of the text matches (F&O `fn:matches`); null when pattern or flags are invalid. */
export function matchesPattern(run: Run, text: string, pattern: string, flags: string): Value {
  const program = compiled(pattern, flags);
  return program === null ? null : search(run, program, text, 0) !== null;
}

/**
 * The text with all matches replaced; `$1` names a group (F&O `fn:replace`). Null when pattern, flags or replacement
 * are invalid, and when the pattern matches the empty string, which F&O forbids (FORX0003).
 */
export function replacePattern(
  run: Run,
  text: string,
  pattern: string,
  replacement: string,
  flags: string,
): Value {
  const program = compiled(pattern, flags);
  if (program === null || search(run, program, '', 0) !== null) return null;
  const isQuoted = flags.includes('q');
  if (!isQuoted && !/^(?:[^\\$]|\\[\\$]|\$[0-9])*$/.test(replacement)) return null;
  const pieces: string[] = [];
  let rest = 0;
  for (const match of matchesIn(run, program, text)) {
    const inserted = isQuoted ? replacement : expanded(run, replacement, text, match, program.groups);
    pieces.push(text.slice(rest, match[0]), inserted);
    rest = match[1] ?? rest;
    run.chargeText(inserted.length);
  }
  pieces.push(text.slice(rest));
  run.chargeText(pieces.reduce((length, piece) => length + piece.length, 0));
  return pieces.join('');
}

/** The parts between the matches (F&O `fn:tokenize`); null when the pattern is invalid. */
export function splitPattern(run: Run, text: string, pattern: string): Value {
  const program = compiled(pattern, '');
  if (program === null) return null;
  const parts: string[] = [];
  let rest = 0;
  for (const match of matchesIn(run, program, text)) {
    const [start = 0, end = 0] = match;
    if (start === end && (start === rest || start === text.length)) continue;
    parts.push(text.slice(rest, start));
    rest = end;
  }
  parts.push(text.slice(rest));
  return parts;
}

/** The parts of the text that match (Camunda 8, `extract`); null when the pattern is invalid. */
export function extractPattern(run: Run, text: string, pattern: string): Value {
  const program = compiled(pattern, '');
  if (program === null) return null;
  return Array.from(matchesIn(run, program, text), ([start, end]) => text.slice(start, end));
}

function compiled(pattern: string, flags: string): Program | null {
  const key = `${flags}/${pattern}`;
  const known = programs.get(key);
  if (known !== undefined) return known;
  const program = compile(pattern, flags);
  if (programs.size >= programsMax) programs.clear();
  programs.set(key, program);
  return program;
}

function compile(pattern: string, flags: string): Program | null {
  if (!/^[smixq]*$/.test(flags)) return null;
  const has = (flag: string): boolean => flags.includes(flag);
  const parsed = parsePattern(pattern, { s: has('s'), m: has('m'), i: has('i'), x: has('x'), q: has('q') });
  return parsed === null ? null : programOf(parsed.pattern, parsed.groups);
}

/** The matches from left to right, without overlap; after an empty one the search goes on a character later. */
function* matchesIn(run: Run, program: Program, text: string): Generator<Saved> {
  let from = 0;
  while (from <= text.length) {
    const match = search(run, program, text, from);
    if (match === null) return;
    yield match;
    const [start = 0, end = 0] = match;
    from = end > start ? end : end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
  }
}

/** `$N` takes as many digits as name a group of the pattern; a group that took no part is empty. */
function expanded(run: Run, replacement: string, text: string, match: Saved, groups: number): string {
  run.chargeText(replacement.length);
  return replacement.replace(/\\([\\$])|\$(\d+)/g, (_whole, escaped?: string, digits?: string) => {
    if (escaped !== undefined || digits === undefined) return escaped ?? '';
    let length = digits.length;
    while (length > 1 && Number(digits.slice(0, length)) > groups) length--;
    const group = Number(digits.slice(0, length));
    const [start, end] = [match[group * 2], match[group * 2 + 1]];
    const captured = start === undefined || end === undefined ? '' : text.slice(start, end);
    return captured + digits.slice(length);
  });
}
