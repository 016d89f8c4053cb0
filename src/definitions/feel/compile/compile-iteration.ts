import type { SyntaxNode } from '@lezer/common';
import type { Run } from '../run.js';
import { dateOfEpochDay, epochDay, FeelDate } from '../temporal/date.js';
import { Range } from '../values/range.js';
import { isList } from '../values/value.js';
import type { Value } from '../values/value.js';
import { dynamic } from './code.js';
import type { Code, Evaluator } from './code.js';
import { childAt, childNamed, childrenOf } from './compilation.js';
import type { Compilation } from './compilation.js';
import { nameOf } from './names.js';
import type { Scope } from './scope.js';

interface Iterator {
  readonly slot: number;
  readonly startOf: Evaluator;
  /** The end of `start..end`; null for a list. */
  readonly endOf: Evaluator | null;
}

/** Sees each binding of the iterators; answers whether to go on. */
type Visit = (run: Run) => boolean;

/**
 * `for … return`: the results of all combinations of the iterators' items, later iterators fastest; `partial` is
 * the list of the results so far (DMN 1.4, 10.3.2.12). Null when something iterated over is neither a list nor a
 * range.
 */
export function compileFor(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const { iterators, inner } = compileIterators(childAt(node, 1), scope, compilation);
  const partial = inner.with('partial', 'growing');
  const body = compilation.compile(childAt(node, -1), partial.scope).evaluate;
  return dynamic((run) => {
    const results: Value[] = [];
    const visit: Visit = () => {
      run.slots[partial.slot] = results;
      results.push(body(run));
      return true;
    };
    return iterate(run, iterators, 0, visit) === null ? null : results;
  });
}

/** `some` is the `or`, `every` the `and` of the conditions (DMN 1.4, 10.3.2.12). */
export function compileQuantified(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const winner = childAt(node, 0).name === 'some';
  const { iterators, inner } = compileIterators(childAt(node, 1), scope, compilation);
  const condition = compilation.compile(childAt(node, -1), inner).evaluate;
  return dynamic((run) => {
    let result: boolean | null = !winner;
    const finished = iterate(run, iterators, 0, () => {
      const value = condition(run);
      if (value === winner) result = winner;
      else if (value !== !winner) result = null;
      return value !== winner;
    });
    return finished === null ? null : result;
  });
}

function compileIterators(
  node: SyntaxNode,
  scope: Scope,
  compilation: Compilation,
): { readonly iterators: readonly Iterator[]; readonly inner: Scope } {
  let inner = scope;
  const iterators = childrenOf(node).map((iteration) => {
    const domain = childNamed(iteration, 'IterationContext') ?? childAt(iteration, 2);
    const [start, , end] = childrenOf(domain);
    const startOf = compilation.compile(start ?? domain, inner).evaluate;
    const endOf = end === undefined ? null : compilation.compile(end, inner).evaluate;
    const bound = inner.with(nameOf(childAt(iteration, 0), compilation));
    inner = bound.scope;
    return { slot: bound.slot, startOf, endOf };
  });
  return { iterators, inner };
}

/** Visits all combinations; false when a visit stopped it, null when there is nothing to iterate over. */
function iterate(run: Run, iterators: readonly Iterator[], index: number, visit: Visit): boolean | null {
  const iterator = iterators[index];
  if (iterator === undefined) return visit(run);
  return eachItem(run, iterator, (item) => {
    run.charge(1);
    run.slots[iterator.slot] = item;
    return iterate(run, iterators, index + 1, visit);
  });
}

type EachItem = (item: Value) => boolean | null;

function eachItem(run: Run, iterator: Iterator, each: EachItem): boolean | null {
  const start = iterator.startOf(run);
  if (iterator.endOf !== null) return eachBetween(start, iterator.endOf(run), each);
  if (start === null) return null;
  if (start instanceof Range) return eachInRange(start, each);
  for (const item of isList(start) ? start : [start]) {
    const result = each(item);
    if (result !== true) return result;
  }
  return true;
}

/** A range that is closed by two integers or two dates can be iterated over; its open ends are left out. */
function eachInRange(range: Range, each: EachItem): boolean | null {
  const { start, end } = range;
  return eachBetween(start, end, (item) => {
    const isStart = item === start || sameDate(item, start);
    const isEnd = item === end || sameDate(item, end);
    if ((isStart && !range.startIncluded) || (isEnd && !range.endIncluded)) return true;
    return each(item);
  });
}

/** Whole numbers, or days, from one to the other, downwards when the start is the greater. */
function eachBetween(start: Value, end: Value, each: EachItem): boolean | null {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end)) {
    return eachInteger(Number(start), Number(end), each);
  }
  if (!(start instanceof FeelDate) || !(end instanceof FeelDate)) return null;
  return eachInteger(epochDay(start), epochDay(end), (day) => each(dateOfEpochDay(Number(day))));
}

function eachInteger(start: number, end: number, each: EachItem): boolean | null {
  const step = start <= end ? 1 : -1;
  for (let value = start; step > 0 ? value <= end : value >= end; value += step) {
    const result = each(value);
    if (result !== true) return result;
  }
  return true;
}

function sameDate(left: Value, right: Value): boolean {
  return left instanceof FeelDate && right instanceof FeelDate && epochDay(left) === epochDay(right);
}
