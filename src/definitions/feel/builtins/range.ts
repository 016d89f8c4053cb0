import type { Run } from '../run.js';
import { compare } from '../values/comparison.js';
import { Range } from '../values/range.js';
import type { Value } from '../values/value.js';
import { builtIn, signature } from './built-in.js';
import type { BuiltIn, Signature } from './built-in.js';
import { point, range } from './parameters.js';

/** Compares two ends: negative, zero or positive. */
type Order = (left: End, right: End) => number;

/** An end of a range: a value, or beyond all values on either side. */
interface End {
  readonly value: Value;
  readonly beyond: -1 | 0 | 1;
}

/** Range functions (DMN 1.4, 10.3.4.7, table of the semantics of range functions). */
export const rangeFunctions: readonly BuiltIn[] = [
  builtIn(
    'before',
    ofPoints((order, a, b) => order(at(a), at(b)) < 0),
    ofPointAndRange((order, a, b) => startsAfter(order, b, at(a))),
    ofRangeAndPoint((order, a, b) => endsBefore(order, a, at(b))),
    ofRanges(isBefore),
  ),
  builtIn(
    'after',
    ofPoints((order, a, b) => order(at(a), at(b)) > 0),
    ofPointAndRange((order, a, b) => endsBefore(order, b, at(a))),
    ofRangeAndPoint((order, a, b) => startsAfter(order, a, at(b))),
    ofRanges((order, a, b) => isBefore(order, b, a)),
  ),
  builtIn('meets', ofRanges(meets)),
  builtIn(
    'met by',
    ofRanges((order, a, b) => meets(order, b, a)),
  ),
  builtIn(
    'overlaps',
    ofRanges((order, a, b) => reachesInto(order, a, b) && reachesInto(order, b, a)),
  ),
  builtIn('overlaps before', ofRanges(overlapsBefore)),
  builtIn(
    'overlaps after',
    ofRanges((order, a, b) => overlapsBefore(order, b, a)),
  ),
  builtIn(
    'finishes',
    ofPointAndRange((order, a, b) => b.endIncluded && order(at(a), endOf(b)) === 0),
    ofRanges(finishes),
  ),
  builtIn(
    'finished by',
    ofRangeAndPoint((order, a, b) => a.endIncluded && order(at(b), endOf(a)) === 0),
    ofRanges((order, a, b) => finishes(order, b, a)),
  ),
  builtIn(
    'includes',
    ofRangeAndPoint((order, a, b) => includesPoint(order, a, at(b))),
    ofRanges(includesRange),
  ),
  builtIn(
    'during',
    ofPointAndRange((order, a, b) => includesPoint(order, b, at(a))),
    ofRanges((order, a, b) => includesRange(order, b, a)),
  ),
  builtIn(
    'starts',
    ofPointAndRange((order, a, b) => b.startIncluded && order(at(a), startOf(b)) === 0),
    ofRanges(starts),
  ),
  builtIn(
    'started by',
    ofRangeAndPoint((order, a, b) => a.startIncluded && order(at(b), startOf(a)) === 0),
    ofRanges((order, a, b) => starts(order, b, a)),
  ),
  builtIn(
    'coincides',
    ofPoints((order, a, b) => order(at(a), at(b)) === 0),
    ofRanges((order, a, b) => sameStart(order, a, b) && sameEnd(order, a, b)),
  ),
];

function isBefore(order: Order, a: Range, b: Range): boolean {
  const difference = order(endOf(a), startOf(b));
  return difference < 0 || (difference === 0 && !(a.endIncluded && b.startIncluded));
}

function meets(order: Order, a: Range, b: Range): boolean {
  return a.endIncluded && b.startIncluded && order(endOf(a), startOf(b)) === 0;
}

/** Whether the end of a lies behind the start of b, or on it where both are included. */
function reachesInto(order: Order, a: Range, b: Range): boolean {
  const difference = order(endOf(a), startOf(b));
  return difference > 0 || (difference === 0 && a.endIncluded && b.startIncluded);
}

function overlapsBefore(order: Order, a: Range, b: Range): boolean {
  const starts = order(startOf(a), startOf(b));
  const ends = order(endOf(a), endOf(b));
  return (
    (starts < 0 || (starts === 0 && a.startIncluded && !b.startIncluded)) &&
    reachesInto(order, a, b) &&
    (ends < 0 || (ends === 0 && (!a.endIncluded || b.endIncluded)))
  );
}

function finishes(order: Order, a: Range, b: Range): boolean {
  return sameEnd(order, a, b) && startsWithin(order, a, b);
}

function starts(order: Order, a: Range, b: Range): boolean {
  return sameStart(order, a, b) && endsWithin(order, a, b);
}

function includesRange(order: Order, a: Range, b: Range): boolean {
  return startsWithin(order, b, a) && endsWithin(order, b, a);
}

function includesPoint(order: Order, a: Range, b: End): boolean {
  return !startsAfter(order, a, b) && !endsBefore(order, a, b);
}

/** Whether the start of a is no earlier than that of b. */
function startsWithin(order: Order, a: Range, b: Range): boolean {
  const difference = order(startOf(a), startOf(b));
  return difference > 0 || (difference === 0 && (!a.startIncluded || b.startIncluded));
}

/** Whether the end of a is no later than that of b. */
function endsWithin(order: Order, a: Range, b: Range): boolean {
  const difference = order(endOf(a), endOf(b));
  return difference < 0 || (difference === 0 && (!a.endIncluded || b.endIncluded));
}

/** Whether the range starts after a point, which an excluded start at the point does as well. */
function startsAfter(order: Order, a: Range, b: End): boolean {
  const difference = order(startOf(a), b);
  return difference > 0 || (difference === 0 && !a.startIncluded);
}

function endsBefore(order: Order, a: Range, b: End): boolean {
  const difference = order(endOf(a), b);
  return difference < 0 || (difference === 0 && !a.endIncluded);
}

function sameStart(order: Order, a: Range, b: Range): boolean {
  return a.startIncluded === b.startIncluded && order(startOf(a), startOf(b)) === 0;
}

function sameEnd(order: Order, a: Range, b: Range): boolean {
  return a.endIncluded === b.endIncluded && order(endOf(a), endOf(b)) === 0;
}

function at(value: Value): End {
  return { value, beyond: 0 };
}

function startOf(a: Range): End {
  return { value: a.start, beyond: a.start === null ? -1 : 0 };
}

function endOf(a: Range): End {
  return { value: a.end, beyond: a.end === null ? 1 : 0 };
}

type Relation<A, B> = (order: Order, a: A, b: B) => boolean;

function ofPoints(relation: Relation<Value, Value>): Signature {
  return signature([point('point1'), point('point2')], (run, a, b) => decide(run, a, b, relation));
}

function ofPointAndRange(relation: Relation<Value, Range>): Signature {
  return signature([point('point'), range('range')], (run, a, b) => decide(run, a, b, relation));
}

function ofRangeAndPoint(relation: Relation<Range, Value>): Signature {
  return signature([range('range'), point('point')], (run, a, b) => decide(run, a, b, relation));
}

function ofRanges(relation: Relation<Range, Range>): Signature {
  return signature([range('range1'), range('range2')], (run, a, b) => decide(run, a, b, relation));
}

/** Null when the two do not compare. The ends of one range do, or it would not have become one. */
function decide<A extends Value, B extends Value>(
  run: Run,
  a: A,
  b: B,
  relation: Relation<A, B>,
): boolean | null {
  if (compare(run, someValueOf(a), someValueOf(b)) === null) return null;
  return relation((left, right) => orderOf(run, left, right), a, b);
}

function someValueOf(value: Value): Value {
  return value instanceof Range ? (value.start ?? value.end) : value;
}

function orderOf(run: Run, left: End, right: End): number {
  if (left.beyond !== 0 || right.beyond !== 0) return left.beyond - right.beyond;
  return compare(run, left.value, right.value) ?? 0;
}
