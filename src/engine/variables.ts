import type { JsonObject, JsonValue, Variables } from './json.js';
import { ownValue } from './json.js';
import { counterOf } from './loops/loop-counters.js';
import type { EvaluationContext } from './process-model.js';
import type { ProcessInstanceState } from './state.js';
import { ROOT_KEY } from './state.js';

type Instances = ProcessInstanceState['elementInstances'];

/**
 * The value visible from an element instance: its own, else that of the nearest scope around it (BPMN 2.0.2 §10.4.1: data
 * of a parent is visible in what it contains). The body of a multi-instance activity shows its counters.
 */
export function visibleValue(instances: Instances, key: number, name: string): JsonValue | undefined {
  for (let scope: number | undefined = key; scope !== undefined; scope = instances.get(scope)?.scope) {
    const instance = instances.get(scope);
    const value = instance?.variables && ownValue(instance.variables, name);
    if (value !== undefined) return value;
    const count = instance?.loop && counterOf(instance, name);
    if (count !== undefined) return count;
  }
  return undefined;
}

/** All variables visible from an element instance, inner ones covering outer ones. */
export function visibleVariables(instances: Instances, key: number): Variables {
  let visible: Variables = {};
  for (let scope: number | undefined = key; scope !== undefined; scope = instances.get(scope)?.scope) {
    const variables = instances.get(scope)?.variables;
    // Spread and not Object.assign, which would take a variable named __proto__ for the prototype.
    if (variables) visible = { ...variables, ...visible };
  }
  return visible;
}

/** The scope, from `key` outwards, that holds the variable; the process instance where none does. */
export function holderOf(instances: Instances, key: number, name: string): number {
  for (let scope: number | undefined = key; scope !== undefined; scope = instances.get(scope)?.scope) {
    const variables = instances.get(scope)?.variables;
    if (variables && Object.hasOwn(variables, name)) return scope;
  }
  return ROOT_KEY;
}

/** What an expression sees at an element instance; `overlay` covers everything. */
export function contextAt(
  { elementInstances, businessKey }: Pick<ProcessInstanceState, 'elementInstances' | 'businessKey'>,
  key: number,
  now: number,
  overlay?: Variables,
): EvaluationContext {
  const get = overlay
    ? (name: string) => ownValue(overlay, name) ?? visibleValue(elementInstances, key, name)
    : (name: string) => visibleValue(elementInstances, key, name);
  return businessKey === undefined ? { now, get } : { now, get, businessKey };
}

/** `into` with the value at a path of names; what is on the way and no object is replaced by one. */
export function withValueAt(into: JsonObject, path: readonly string[], value: JsonValue): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) return into;
  if (rest.length === 0) return { ...into, [name]: value };
  const inner = ownValue(into, name);
  return { ...into, [name]: withValueAt(isObject(inner) ? inner : {}, rest, value) };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
