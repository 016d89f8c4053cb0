import type { Run } from '../run.js';
import { DaysTimeDuration, YearsMonthsDuration } from '../temporal/duration.js';
import { add, divide, finite } from '../values/arithmetic.js';
import { compare } from '../values/comparison.js';
import type { Value } from '../values/value.js';
import { builtIn, signature, variadic } from './built-in.js';
import type { BuiltIn } from './built-in.js';
import { anything, list } from './parameters.js';
import { sorted } from './sort.js';

/**
 * Functions over the items of a list, or over their arguments (DMN 1.4, 10.3.4.4). Null when the list has items of
 * another type, and, but for `all`, `any` and `mode`, when it is empty.
 */
export const aggregateFunctions: readonly BuiltIn[] = [
  overItems('min', (run, items) => extreme(run, items, -1)),
  overItems('max', (run, items) => extreme(run, items, 1)),
  overItems('sum', sum),
  overItems('mean', mean),
  overItems('product', (_run, items) => {
    const numbers = numbersOf(items);
    return numbers === null ? null : finite(numbers.reduce((product, value) => product * value, 1));
  }),
  overItems('median', (run, items) => median(run, items)),
  overItems('stddev', (_run, items) => standardDeviation(items)),
  overItems('mode', (run, items) => mode(run, items)),
  overItems('all', (_run, items) => (items.includes(false) ? false : allBoolean(items) ? true : null)),
  overItems('any', (_run, items) => (items.includes(true) ? true : allBoolean(items) ? false : null)),
];

function overItems(name: string, answer: (run: Run, items: readonly Value[]) => Value): BuiltIn {
  const charged = (run: Run, items: readonly Value[]): Value => {
    run.chargeList(items.length);
    return answer(run, items);
  };
  return builtIn(
    name,
    signature([list('list')], charged),
    variadic([anything('item1')], anything('item'), (run, rest, first) => charged(run, [first, ...rest])),
  );
}

/** The numbers of a list; null when there is none, or anything else. */
function numbersOf(items: readonly Value[]): readonly number[] | null {
  const numbers = items.filter((item) => typeof item === 'number');
  return numbers.length === items.length && numbers.length > 0 ? numbers : null;
}

function allBoolean(items: readonly Value[]): boolean {
  return items.every((item) => typeof item === 'boolean');
}

function extreme(run: Run, items: readonly Value[], sign: 1 | -1): Value {
  let [best = null] = items;
  for (const item of items) {
    const order = compare(run, item, best);
    if (order === null) return null;
    if (order * sign > 0) best = item;
  }
  return best;
}

/** The sum of numbers, or of durations of one kind. */
function sum(run: Run, items: readonly Value[]): Value {
  const [first = null, ...rest] = items;
  const summable =
    typeof first === 'number' || first instanceof DaysTimeDuration || first instanceof YearsMonthsDuration;
  if (!summable) return null;
  return rest.reduce((total, item) => add(run, total, item), first as Value);
}

function mean(run: Run, items: readonly Value[]): Value {
  const total = sum(run, items);
  return total === null ? null : divide(run, total, items.length);
}

/** The middle item, or the mean of the two in the middle. */
function median(run: Run, items: readonly Value[]): Value {
  if (numbersOf(items) === null) return null;
  const ordered = numbersOf(sorted(run, items, null) as readonly Value[]) ?? [];
  const middle = ordered.length >> 1;
  const [below, above] = [ordered[middle - 1] ?? 0, ordered[middle] ?? 0];
  return ordered.length % 2 === 1 ? above : finite((below + above) / 2);
}

/** The sample standard deviation, which takes two numbers at least. */
function standardDeviation(items: readonly Value[]): Value {
  const numbers = numbersOf(items);
  if (numbers === null || numbers.length < 2) return null;
  const average = numbers.reduce((total, value) => total + value, 0) / numbers.length;
  const squares = numbers.reduce((total, value) => total + (value - average) ** 2, 0);
  return finite(Math.sqrt(squares / (numbers.length - 1)));
}

/** The numbers that occur most often, in ascending order. */
function mode(_run: Run, items: readonly Value[]): Value {
  if (items.length === 0) return [];
  const numbers = numbersOf(items);
  if (numbers === null) return null;
  const counts = new Map<number, number>();
  for (const value of numbers) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = [...counts.values()].reduce((left, right) => Math.max(left, right));
  return [...counts].flatMap(([value, count]) => (count === most ? [value] : [])).sort((a, b) => a - b);
}
