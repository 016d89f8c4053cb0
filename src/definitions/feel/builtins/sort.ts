import type { Run } from '../run.js';
import { compare } from '../values/comparison.js';
import type { FunctionValue } from '../values/function-value.js';
import type { Value } from '../values/value.js';

type Precedes = (left: Value, right: Value) => boolean;

/**
 * A sorted copy; items that neither precedes keep their order (DMN 1.4, 10.3.4.9). Without a function the items'
 * own order counts, and items that have none make it null.
 */
export function sorted(run: Run, items: readonly Value[], precedes: FunctionValue | null): Value {
  run.chargeList(items.length);
  if (precedes !== null) {
    return merged(run, items, (left, right) => precedes.call(run, [left, right]) === true);
  }
  const [first = null] = items;
  if (items.some((item) => compare(run, item, first) === null)) return null;
  return merged(run, items, (left, right) => (compare(run, left, right) ?? 0) < 0);
}

/** Merge sort: it asks `precedes` one question per comparison, and ends whatever the answers are. */
function merged(run: Run, items: readonly Value[], precedes: Precedes): readonly Value[] {
  if (items.length < 2) return items;
  run.charge(items.length);
  const middle = items.length >> 1;
  const left = merged(run, items.slice(0, middle), precedes);
  const right = merged(run, items.slice(middle), precedes);
  const result: Value[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    const [a = null, b = null] = [left[l], right[r]];
    if (precedes(b, a)) {
      result.push(b);
      r++;
    } else {
      result.push(a);
      l++;
    }
  }
  return result.concat(left.slice(l), right.slice(r));
}
