import type { Run } from '../run.js';
import { hostValue } from './host-value.js';
import { isContext, isList, ownNames, ownValue } from './value.js';
import type { ContextValue, Value } from './value.js';
import { valueText } from './value-text.js';

/**
 * The value as plain JSON: temporal values and ranges become their text, functions null. What came from the host
 * is handed back as it was, not copied. Throws FeelBudgetExceeded for more than a result may have.
 */
export function jsonValue(run: Run, value: Value): unknown {
  if (typeof value !== 'object' || value === null || isHostObject(value)) return value;
  return convert(run, value, new Map());
}

/** How large what came from the host is, by the object: it may stand in a result many times. */
type KnownSizes = Map<object, HostSize>;

interface HostSize {
  readonly nodes: number;
  readonly characters: number;
}

function convert(run: Run, value: Value, known: KnownSizes): unknown {
  if (typeof value === 'string') run.growResult(0, value.length);
  if (typeof value !== 'object' || value === null) return hostValue(value);
  run.enter(1);
  const converted = convertObject(run, value, known);
  run.leave(1);
  return converted;
}

function convertObject(run: Run, value: Value & object, known: KnownSizes): unknown {
  if (isList(value)) {
    run.growResult(value.length + 1, 0);
    return value.map((item) => convert(run, item, known));
  }
  if (!isContext(value)) return valueText(run, value);
  if (!isHostObject(value)) return convertContext(run, value, known);
  const { nodes, characters } = hostSize(value, known);
  run.growResult(nodes, characters);
  return value;
}

function convertContext(run: Run, value: ContextValue, known: KnownSizes): unknown {
  const names = ownNames(value);
  run.growResult(
    names.length + 1,
    names.reduce((sum, name) => sum + name.length, 0),
  );
  return Object.fromEntries(names.map((name) => [name, convert(run, ownValue(value, name) ?? null, known)]));
}

/** Contexts that FEEL made have no prototype, so an object that has one came from the host and is JSON. */
function isHostObject(value: Value & object): boolean {
  return isContext(value) && Object.getPrototypeOf(value) !== null;
}

function hostSize(value: unknown, known: KnownSizes): HostSize {
  if (typeof value === 'string') return { nodes: 0, characters: value.length };
  if (typeof value !== 'object' || value === null) return { nodes: 0, characters: 0 };
  const found = known.get(value);
  if (found !== undefined) return found;
  let nodes = 1;
  let characters = 0;
  for (const [name, item] of Object.entries(value)) {
    const size = hostSize(item, known);
    nodes += 1 + size.nodes;
    characters += name.length + size.characters;
  }
  const size = { nodes, characters };
  known.set(value, size);
  return size;
}
