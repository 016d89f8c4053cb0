import { FeelBudgetExceeded, sizeMax } from '../run.js';
import type { Run } from '../run.js';
import { hostValue } from './host-value.js';
import { isContext, isList, ownNames, ownValue } from './value.js';
import type { ContextValue, Value } from './value.js';
import { valueText } from './value-text.js';

/**
 * The value as plain JSON: temporal values and ranges become their text, functions null. What came from the host
 * is handed back as it was, not copied. Throws FeelBudgetExceeded for more nodes than a result may have.
 */
export function jsonValue(run: Run, value: Value): unknown {
  return typeof value === 'object' && value !== null ? convert(run, value, { nodes: 0 }) : value;
}

interface Size {
  nodes: number;
}

function convert(run: Run, value: Value, size: Size): unknown {
  if (typeof value !== 'object' || value === null) return hostValue(value);
  run.enter(1);
  const converted = convertObject(run, value, size);
  run.leave(1);
  return converted;
}

function convertObject(run: Run, value: Value & object, size: Size): unknown {
  if (isList(value)) {
    grow(size, value.length);
    return value.map((item) => convert(run, item, size));
  }
  if (isContext(value)) return isHostObject(value) ? value : convertContext(run, value, size);
  return valueText(run, value);
}

function convertContext(run: Run, value: ContextValue, size: Size): unknown {
  const names = ownNames(value);
  grow(size, names.length);
  return Object.fromEntries(names.map((name) => [name, convert(run, ownValue(value, name) ?? null, size)]));
}

/** Contexts that FEEL made have no prototype, so an object that has one came from the host and is JSON. */
function isHostObject(value: ContextValue): boolean {
  return Object.getPrototypeOf(value) !== null;
}

function grow(size: Size, nodes: number): void {
  size.nodes += nodes + 1;
  if (size.nodes > sizeMax) {
    throw new FeelBudgetExceeded(`Expected a result of at most ${sizeMax} values but found more.`);
  }
}
