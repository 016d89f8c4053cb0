import type { Run } from '../run.js';
import { compare, equal } from './comparison.js';
import { Range } from './range.js';
import { isList } from './value.js';
import type { Value } from './value.js';

/** Whether a range includes a value; null when they do not compare (DMN 1.4, 10.3.2.7). */
export function includes(run: Run, range: Range, value: Value): boolean | null {
  if (value === null || (range.start === null && range.end === null)) return null;
  const afterStart = range.start === null || isAfter(run, value, range.start, range.startIncluded);
  if (afterStart === false) return false;
  const beforeEnd = range.end === null || isAfter(run, range.end, value, range.endIncluded);
  return beforeEnd === false ? false : afterStart === null || beforeEnd === null ? null : true;
}

function isAfter(run: Run, value: Value, bound: Value, included: boolean): boolean | null {
  const order = compare(run, value, bound);
  return order === null ? null : included ? order >= 0 : order > 0;
}

/**
 * Whether a value passes a test that evaluated to `test` (DMN 1.4, 10.3.2.8 and 7.3.3): a range includes it, a
 * list contains or is it, else it equals. A test that answered true or false for a value of another type is the
 * answer itself.
 */
export function passes(run: Run, value: Value, test: Value): boolean | null {
  if (test instanceof Range && !(value instanceof Range)) return includes(run, test, value);
  if (isList(test))
    return isList(value) && equal(run, value, test) === true ? true : contains(run, value, test);
  if (typeof test === 'boolean' && typeof value !== 'boolean') return test;
  return equal(run, value, test);
}

function contains(run: Run, value: Value, list: readonly Value[]): boolean {
  run.charge(list.length);
  return list.some((item) => {
    if (item instanceof Range && !(value instanceof Range)) return includes(run, item, value) === true;
    return equal(run, value, item) === true;
  });
}
