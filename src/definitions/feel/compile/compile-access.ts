import type { SyntaxNode } from '@lezer/common';
import type { Run } from '../run.js';
import { temporalProperty } from '../temporal/property-of.js';
import { Range } from '../values/range.js';
import { isTemporal } from '../values/temporal-value.js';
import { isContext, isList, ownValue } from '../values/value.js';
import type { Value } from '../values/value.js';
import { dynamic, folded } from './code.js';
import type { Code, Evaluator } from './code.js';
import { childAt } from './compilation.js';
import type { Compilation } from './compilation.js';
import { compileExistence, compileGrowingList } from './compile-name.js';
import { nameOf, spellingsOf } from './names.js';
import type { Scope } from './scope.js';

/** `a.b`: an entry of a context, a property of a value, or that of each item of a list (DMN 1.4, 10.3.2.5). */
export function compilePath(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const base = compilation.compile(childAt(node, 0), scope);
  const names = spellingsOf(nameOf(childAt(node, -1), compilation));
  const baseOf = base.evaluate;
  return folded([base], (run) => property(run, baseOf(run), names) ?? null);
}

/** `list[index]`, from 1 or from the end by -1, and `list[condition]` (DMN 1.4, 10.3.2.5). */
export function compileFilter(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const source = childAt(node, 0);
  const predicate = childAt(node, 2);
  if (predicate.name === 'NumericLiteral') {
    const list = compileGrowingList(source, scope, compilation) ?? compilation.compile(source, scope);
    const index = Number(compilation.compile(predicate, scope).constant);
    const listOf = list.evaluate;
    return folded([list], (run) => itemAt(asList(listOf(run)), index) ?? null);
  }
  const listOf = compilation.compile(source, scope).evaluate;
  const item = scope.withItem();
  const keepOf = compilation.compile(predicate, item.scope).evaluate;
  return dynamic((run) => filtered(run, asList(listOf(run)), item.slot, keepOf));
}

/**
 * Whether something is there, even as null: a variable, an entry, an item. Anything else that can be written is
 * (Camunda 8, `is defined`).
 */
export function compileIsDefined(node: SyntaxNode, scope: Scope, compilation: Compilation): Evaluator {
  switch (node.name) {
    case 'ParenthesizedExpression':
      return compileIsDefined(childAt(node, 1), scope, compilation);
    case 'VariableName':
      return compileExistence(node, scope, compilation);
    case 'PathExpression': {
      const baseOf = compilation.compile(childAt(node, 0), scope).evaluate;
      const names = spellingsOf(nameOf(childAt(node, -1), compilation));
      return (run) => property(run, baseOf(run), names) !== undefined;
    }
    case 'FilterExpression': {
      const listOf = compilation.compile(childAt(node, 0), scope).evaluate;
      const { constant: index } = compilation.compile(childAt(node, 2), scope);
      if (typeof index !== 'number') break;
      return (run) => itemAt(asList(listOf(run)), index) !== undefined;
    }
  }
  compilation.compile(node, scope);
  return () => true;
}

/** A value that is no list is the list of it (DMN 1.4, 10.3.2.9.4); null is none. */
function asList(value: Value): readonly Value[] | null {
  return value === null ? null : isList(value) ? value : [value];
}

function itemAt(list: readonly Value[] | null, index: number): Value | undefined {
  if (list === null || !Number.isInteger(index) || index === 0) return undefined;
  return list.at(index > 0 ? index - 1 : index);
}

/**
 * The first item decides what the predicate is: where it answers a number, that is an index, the same for all
 * items; else the items stay for which it is true.
 */
function filtered(run: Run, list: readonly Value[] | null, slot: number, keepOf: Evaluator): Value {
  if (list === null) return null;
  const kept: Value[] = [];
  for (const [index, item] of list.entries()) {
    run.charge(1);
    run.slots[slot] = item;
    const keep = keepOf(run);
    if (keep === true) kept.push(item);
    else if (index === 0 && typeof keep === 'number') return itemAt(list, keep) ?? null;
  }
  if (list.length > 0) return kept;
  run.slots[slot] = null;
  return typeof keepOf(run) === 'number' ? null : kept;
}

/** The entry or property, undefined when there is none. */
function property(run: Run, base: Value, names: readonly string[]): Value | undefined {
  if (typeof base !== 'object' || base === null) return undefined;
  if (isList(base)) return propertyOfItems(run, base, names);
  if (isContext(base)) {
    for (const name of names) {
      const value = ownValue(base, name);
      if (value !== undefined) return value;
    }
    return undefined;
  }
  const name = names[0] ?? '';
  if (isTemporal(base)) return temporalProperty(base, name) ?? undefined;
  return base instanceof Range ? rangeProperty(base, name) : undefined;
}

function propertyOfItems(run: Run, list: readonly Value[], names: readonly string[]): Value {
  run.chargeList(list.length);
  run.enter(1);
  const values = list.map((item) => property(run, item, names) ?? null);
  run.leave(1);
  return values;
}

function rangeProperty(range: Range, name: string): Value | undefined {
  switch (name) {
    case 'start':
      return range.start;
    case 'end':
      return range.end;
    case 'start included':
      return range.startIncluded;
    case 'end included':
      return range.endIncluded;
    default:
      return undefined;
  }
}
