import { FeelBudgetExceeded, sizeMax } from '../run.js';
import type { Run } from '../run.js';
import { same } from '../values/comparison.js';
import type { FunctionValue } from '../values/function-value.js';
import { isList } from '../values/value.js';
import type { Value } from '../values/value.js';
import { builtIn, signature, variadic } from './built-in.js';
import type { BuiltIn } from './built-in.js';
import { anything, functionOf, integer, list, optional } from './parameters.js';
import { sorted } from './sort.js';

/** List functions (DMN 1.4, 10.3.4.4 and 10.3.4.9), and those that Camunda 8 adds. Positions count from 1, or from the end by -1. */
export const listFunctions: readonly BuiltIn[] = [
  builtIn(
    'list contains',
    signature([list('list'), anything('element')], (run, items, element) => {
      run.chargeList(items.length);
      return items.some((item) => same(run, item, element));
    }),
  ),
  builtIn(
    'count',
    signature([list('list')], (_run, items) => items.length),
  ),
  builtIn(
    'sublist',
    signature(
      [list('list'), integer('start position'), optional(integer('length'))],
      (run, items, start, length) => sublist(run, items, start, length),
    ),
    signature([list('list'), integer('start'), optional(integer('length'))], (run, items, start, length) =>
      sublist(run, items, start, length),
    ),
  ),
  builtIn(
    'append',
    variadic([list('list')], anything('item'), (run, added, items) => joinedLists(run, [items, added])),
  ),
  builtIn(
    'concatenate',
    variadic([], list('list'), (run, lists) => joinedLists(run, lists)),
  ),
  builtIn(
    'insert before',
    signature([list('list'), integer('position'), anything('newItem')], (run, items, position, item) => {
      run.chargeList(items.length + 1);
      const index = indexOf(items, position) ?? (position === items.length + 1 ? items.length : null);
      return index === null ? null : [...items.slice(0, index), item, ...items.slice(index)];
    }),
  ),
  builtIn(
    'remove',
    signature([list('list'), integer('position')], (run, items, position) => {
      run.chargeList(items.length);
      const removed = indexOf(items, position);
      return removed === null ? null : items.filter((_item, index) => index !== removed);
    }),
  ),
  builtIn(
    'list replace',
    signature([list('list'), integer('position'), anything('newItem')], (run, items, position, item) => {
      run.chargeList(items.length);
      const replaced = indexOf(items, position);
      return replaced === null ? null : items.map((each, index) => (index === replaced ? item : each));
    }),
    signature([list('list'), functionOf('match'), anything('newItem')], (run, items, match, item) =>
      replacedWhere(run, items, match, item),
    ),
  ),
  builtIn(
    'reverse',
    signature([list('list')], (run, items) => {
      run.chargeList(items.length);
      return items.toReversed();
    }),
  ),
  builtIn(
    'index of',
    signature([list('list'), anything('match')], (run, items, match) => {
      run.chargeList(items.length);
      return items.flatMap((item, index) => (same(run, item, match) ? [index + 1] : []));
    }),
  ),
  builtIn(
    'union',
    variadic([], list('list'), (run, lists) => distinct(run, joinedLists(run, lists)).once),
  ),
  builtIn(
    'distinct values',
    signature([list('list')], (run, items) => distinct(run, items).once),
  ),
  builtIn(
    'duplicate values',
    signature([list('list')], (run, items) => distinct(run, items).repeated),
  ),
  builtIn(
    'flatten',
    signature([list('list')], (run, items) => {
      const flat: Value[] = [];
      flattenInto(run, items, flat);
      return flat;
    }),
  ),
  builtIn(
    'sort',
    signature([list('list'), optional(functionOf('precedes'))], (run, items, precedes) =>
      sorted(run, items, precedes),
    ),
  ),
  builtIn(
    'partition',
    signature([list('list'), integer('size')], (run, items, size) => partition(run, items, size)),
  ),
  builtIn(
    'is empty',
    signature([list('list')], (_run, items) => items.length === 0),
  ),
];

/** The index that a position names; null when the list has no such item. */
function indexOf(items: readonly Value[], position: number): number | null {
  const index = position > 0 ? position - 1 : items.length + position;
  return position === 0 || index < 0 || index >= items.length ? null : index;
}

/** Null when the position names no item; a length that reaches beyond the end is cut. */
function sublist(run: Run, items: readonly Value[], position: number, length: number | null): Value {
  const start = indexOf(items, position);
  if (start === null || (length !== null && length < 0)) return null;
  const end = length === null ? items.length : start + length;
  run.chargeList(Math.min(end, items.length) - start);
  return items.slice(start, end);
}

function joinedLists(run: Run, lists: readonly (readonly Value[])[]): readonly Value[] {
  run.chargeList(lists.reduce((length, items) => length + items.length, 0));
  return lists.flat(1);
}

function replacedWhere(run: Run, items: readonly Value[], match: FunctionValue, item: Value): Value {
  run.chargeList(items.length);
  const replaced: Value[] = [];
  for (const each of items) {
    const matches = match.call(run, [each, item]);
    if (typeof matches !== 'boolean') return null;
    replaced.push(matches ? item : each);
  }
  return replaced;
}

/** The items without repetition, and those that repeat; strings, numbers, booleans and null are found at once. */
function distinct(
  run: Run,
  items: readonly Value[],
): { readonly once: readonly Value[]; readonly repeated: readonly Value[] } {
  run.chargeList(items.length);
  const plain = new Set<Value>();
  const containers: Value[] = [];
  const once: Value[] = [];
  const repeated = new Set<Value>();
  for (const item of items) {
    if (typeof item !== 'object' || item === null) {
      if (plain.has(item)) repeated.add(item);
      else once.push(item);
      plain.add(item);
      continue;
    }
    const known = containers.find((each) => same(run, each, item));
    if (known !== undefined) {
      repeated.add(known);
      continue;
    }
    containers.push(item);
    once.push(item);
  }
  return { once, repeated: [...repeated] };
}

function flattenInto(run: Run, items: readonly Value[], flat: Value[]): void {
  run.charge(1 + items.length);
  run.enter(1);
  for (const item of items) {
    if (isList(item)) flattenInto(run, item, flat);
    else flat.push(item);
  }
  run.leave(1);
  if (flat.length > sizeMax) {
    throw new FeelBudgetExceeded(`Expected lists of at most ${sizeMax} items but found more.`);
  }
}

function partition(run: Run, items: readonly Value[], size: number): Value {
  if (size < 1) return null;
  run.chargeList(items.length);
  const parts: Value[] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}
