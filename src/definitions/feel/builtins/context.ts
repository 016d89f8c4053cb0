import type { Run } from '../run.js';
import { contextOf, isContext, ownNames, ownValue } from '../values/value.js';
import type { ContextValue, Value } from '../values/value.js';
import { builtIn, signature } from './built-in.js';
import type { BuiltIn } from './built-in.js';
import { anything, context, list, properList, text } from './parameters.js';

/** Context functions (DMN 1.4, 10.3.4.10). */
export const contextFunctions: readonly BuiltIn[] = [
  builtIn(
    'get value',
    signature([context('m'), text('key')], (_run, from, key) => ownValue(from, key) ?? null),
    signature([context('context'), text('key')], (_run, from, key) => ownValue(from, key) ?? null),
    signature([context('context'), properList('keys')], (run, from, keys) => valueAt(run, from, keys)),
  ),
  builtIn(
    'get entries',
    signature([context('m')], (run, from) => entriesOf(run, from)),
    signature([context('context')], (run, from) => entriesOf(run, from)),
  ),
  builtIn(
    'context',
    signature([list('entries')], (run, entries) => contextFrom(run, entries)),
  ),
  builtIn(
    'context put',
    signature([context('context'), text('key'), anything('value')], (run, into, key, value) =>
      withEntry(run, into, [key], value),
    ),
    signature([context('context'), properList('keys'), anything('value')], (run, into, keys, value) =>
      withEntry(run, into, keys, value),
    ),
  ),
  builtIn(
    'context merge',
    signature([list('contexts')], (run, contexts) => merged(run, contexts)),
  ),
];

function valueAt(run: Run, from: ContextValue, keys: readonly Value[]): Value {
  run.charge(keys.length);
  let value: Value = from;
  for (const key of keys) {
    if (typeof key !== 'string' || !isContext(value)) return null;
    value = ownValue(value, key) ?? null;
  }
  return keys.length === 0 ? null : value;
}

function entriesOf(run: Run, from: ContextValue): Value {
  const names = ownNames(from);
  run.chargeList(names.length);
  return names.map((name) => entry(name, ownValue(from, name) ?? null));
}

function entry(key: string, value: Value): ContextValue {
  return contextOf([
    ['key', key],
    ['value', value],
  ]);
}

/** Null when an item has no key or no value, or when a key comes twice. */
function contextFrom(run: Run, entries: readonly Value[]): Value {
  run.chargeList(entries.length);
  const pairs = new Map<string, Value>();
  for (const item of entries) {
    if (!isContext(item)) return null;
    const key = ownValue(item, 'key');
    const value = ownValue(item, 'value');
    if (typeof key !== 'string' || value === undefined || pairs.has(key)) return null;
    pairs.set(key, value);
  }
  return contextOf(pairs);
}

/** Sets the entry that a path of keys leads to; null when the path is empty or leads through another value. */
function withEntry(run: Run, into: ContextValue, keys: readonly Value[], value: Value): Value {
  const [key, ...rest] = keys;
  if (typeof key !== 'string') return null;
  run.enter(1);
  const below = ownValue(into, key) ?? null;
  const put = rest.length === 0 ? value : isContext(below) ? withEntry(run, below, rest, value) : null;
  run.leave(1);
  if (rest.length > 0 && put === null) return null;
  return merged(run, [into, contextOf([[key, put]])]);
}

/** Later contexts win; null when an item is no context. */
function merged(run: Run, contexts: readonly Value[]): Value {
  const pairs = new Map<string, Value>();
  for (const item of contexts) {
    if (!isContext(item)) return null;
    const names = ownNames(item);
    run.chargeList(names.length);
    for (const name of names) pairs.set(name, ownValue(item, name) ?? null);
  }
  return contextOf(pairs);
}
