import type { z } from 'zod';
import type { RequestError } from '../respond/refusal.js';
import { pointerTo } from './pointer.js';

type Issue = z.core.$ZodIssue;

/** What a schema found wrong, as paths and sentences that say what was expected. */
export function requestErrors(
  issues: readonly Issue[],
  base: readonly PropertyKey[] = [],
): readonly RequestError[] {
  return issues.flatMap((issue) => errorsOf(issue, [...base, ...issue.path]));
}

function errorsOf(issue: Issue, names: readonly PropertyKey[]): readonly RequestError[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((name) => ({
        path: pointerTo([...names, name]),
        message: 'Expected no field of this name: the contract does not know it.',
      }));
    case 'invalid_union':
      return errorsOfUnion(issue, names);
    case 'invalid_key':
    case 'invalid_element':
      return requestErrors(issue.issues, names);
    default:
      return [{ path: pointerTo(names), message: messageOf(issue) }];
  }
}

/** Of the alternatives, the one that the caller most likely meant: where the fault lies deepest. */
function errorsOfUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  names: readonly PropertyKey[],
): readonly RequestError[] {
  const meant = issue.errors.find((issues) => issues.every((inner) => !isWrongTypeAtRoot(inner)));
  if (meant !== undefined && meant.length > 0) return requestErrors(meant, names);
  const expected = issue.errors
    .flat()
    .map((inner) => ('expected' in inner ? String(inner.expected) : undefined));
  const alternatives = [...new Set(expected.filter((text) => text !== undefined))];
  return [{ path: pointerTo(names), message: `Expected ${alternatives.join(' or ')}.` }];
}

function isWrongTypeAtRoot(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

function messageOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `Expected ${issue.expected === 'int' ? 'an integer' : issue.expected} but found ${found(issue.message)}.`;
    case 'too_big':
      return `Expected at most ${sized(issue.origin, issue.maximum)}.`;
    case 'too_small':
      return `Expected at least ${sized(issue.origin, issue.minimum)}.`;
    case 'invalid_value':
      return `Expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}.`;
    default:
      return issue.message;
  }
}

/** The schema library tells what it received only in its message. */
function found(message: string): string {
  const received = /received (.+)$/.exec(message)?.[1] ?? 'something else';
  return received === 'undefined' ? 'nothing' : received;
}

function sized(origin: string, bound: number | bigint): string {
  switch (origin) {
    case 'string':
      return `${bound} characters`;
    case 'array':
      return `${bound} items`;
    default:
      return String(bound);
  }
}
