import type { SyntaxNode } from '@lezer/common';
import { builtInValue } from '../builtins/registry.js';
import type { Run } from '../run.js';
import { hostValue } from '../values/host-value.js';
import { isContext, isList, ownValue } from '../values/value.js';
import type { Value } from '../values/value.js';
import { CompileError, dynamic } from './code.js';
import type { Code, Evaluator } from './code.js';
import type { Compilation } from './compilation.js';
import { nameOf } from './names.js';
import type { Resolution, Scope } from './scope.js';

/** A name: of a local value, of a variable, or of a built-in function used as a value. */
export function compileName(node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const name = nameOf(node, compilation);
  const resolution = scope.resolve(name);
  if (resolution.slot === null && /^not /.test(name)) {
    throw new CompileError(`Expected 'not(…)' but found the name '${name}'.`, node.from);
  }
  return dynamic(withItems(name, resolution, innerRead(name, resolution, compilation)));
}

/** `?`: the value under test (DMN 1.4, 7.3.3). */
export function compileInput(_node: SyntaxNode, scope: Scope, compilation: Compilation): Code {
  const resolution = scope.resolve('?');
  return dynamic(innerRead('?', resolution, compilation));
}

/** Reads `partial` where only one item of it is wanted, without the copy; null when the node is anything else. */
export function compileGrowingList(node: SyntaxNode, scope: Scope, compilation: Compilation): Code | null {
  if (node.name !== 'VariableName') return null;
  const resolution = scope.resolve(nameOf(node, compilation));
  if (!resolution.growing || resolution.itemSlots.length > 0 || resolution.slot === null) return null;
  return dynamic(readSlot(resolution.slot));
}

/** Whether there is such a variable or local name, whatever its value: `is defined` asks. */
export function compileExistence(node: SyntaxNode, scope: Scope, compilation: Compilation): Evaluator {
  const name = nameOf(node, compilation);
  const { itemSlots, slot } = scope.resolve(name);
  const variable = slot === null ? compilation.variableNamed(name) : name;
  return (run) =>
    slot !== null ||
    itemSlots.some((itemSlot) => entryOf(run, itemSlot, name) !== undefined) ||
    run.context.get(variable) !== undefined;
}

function innerRead(name: string, resolution: Resolution, compilation: Compilation): Evaluator {
  const { slot, growing } = resolution;
  if (slot !== null) return growing ? readCopy(slot) : readSlot(slot);
  if (name === '__proto__') return () => null;
  const variable = compilation.variableNamed(name);
  const builtIn = builtInValue(name);
  if (builtIn === null) return (run) => hostValue(run.context.get(variable));
  return (run) => {
    const value = run.context.get(variable);
    return value === undefined ? builtIn : hostValue(value);
  };
}

function readSlot(slot: number): Evaluator {
  return (run) => run.slots[slot] ?? null;
}

/** The list goes on growing after it was read, so that whoever keeps it needs a copy. */
function readCopy(slot: number): Evaluator {
  return (run) => {
    const list = run.slots[slot] ?? null;
    if (!isList(list)) return list;
    run.chargeList(list.length);
    return list.slice();
  };
}

/** Inside of a filter the entries of the item hide all names outside (DMN 1.4, 10.3.2.5). */
function withItems(name: string, resolution: Resolution, outer: Evaluator): Evaluator {
  const { itemSlots } = resolution;
  const [only] = itemSlots;
  if (only === undefined) return outer;
  if (itemSlots.length === 1) {
    return (run) => {
      const entry = entryOf(run, only, name);
      return entry === undefined ? outer(run) : entry;
    };
  }
  return (run) => {
    for (const slot of itemSlots) {
      const entry = entryOf(run, slot, name);
      if (entry !== undefined) return entry;
    }
    return outer(run);
  };
}

function entryOf(run: Run, slot: number, name: string): Value | undefined {
  const item = run.slots[slot] ?? null;
  return isContext(item) ? ownValue(item, name) : undefined;
}
