import { forbiddenPropertyNames, limits } from '../../contract/limits.js';
import type { RequestError } from '../respond/refusal.js';
import { pointerTo } from './pointer.js';

/** An array or object on the way to what is being looked at. */
interface Container {
  readonly value: object;
  readonly depth: number;
  readonly parent: Container | undefined;
  /** Its name in the parent. */
  readonly name: string;
}

/**
 * Looks through a parsed JSON body for what no field may hold: property names that reach a prototype, numbers that are
 * not finite (`1e999` parses to infinity), and nesting deeper than `limits.jsonDepth`. Iterative: depth does no harm.
 * @returns the first fault.
 */
export function scanJson(body: unknown): RequestError | undefined {
  if (!isContainer(body)) return faultOfScalar(body, '', undefined);
  const open: Container[] = [{ value: body, depth: 1, parent: undefined, name: '' }];
  for (let container = open.pop(); container !== undefined; container = open.pop()) {
    if (container.depth > limits.jsonDepth) {
      const message = `Expected arrays and objects to be nested at most ${limits.jsonDepth} deep.`;
      return { path: pointerTo(namesTo(container)), message };
    }
    const fault = scanContainer(container, open);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function scanContainer(container: Container, open: Container[]): RequestError | undefined {
  const { value, depth } = container;
  const checksNames = !Array.isArray(value);
  for (const [name, child] of Object.entries(value)) {
    if (checksNames && forbiddenPropertyNames.includes(name)) {
      const message = `Expected no property of the name ${name}.`;
      return { path: pointerTo([...namesTo(container), name]), message };
    }
    if (isContainer(child)) open.push({ value: child, depth: depth + 1, parent: container, name });
    else {
      const fault = faultOfScalar(child, name, container);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

function faultOfScalar(
  value: unknown,
  name: string,
  container: Container | undefined,
): RequestError | undefined {
  if (typeof value !== 'number' || Number.isFinite(value)) return undefined;
  const path = container === undefined ? '' : pointerTo([...namesTo(container), name]);
  return { path, message: 'Expected a number of at most about 1.8e308.' };
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function namesTo(container: Container): readonly string[] {
  const names: string[] = [];
  for (let here: Container | undefined = container; here?.parent !== undefined; here = here.parent) {
    names.unshift(here.name);
  }
  return names;
}
