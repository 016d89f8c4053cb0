import { adHocGoesOn, prepareAdHocEnd } from './ad-hoc.js';
import { adHocAt } from './ad-hoc-scope.js';
import { cancelInside, closeWaits } from './cancel.js';
import { compensabilityOf, continueCompensation } from './compensation/compensate.js';
import { behaviorOf } from './elements/registry.js';
import { evaluate } from './evaluate.js';
import type { Execution } from './execution.js';
import { holds } from './flow-condition.js';
import { IncidentError } from './incident-error.js';
import type { JsonValue, Variables } from './json.js';
import type { EvaluationContext, FlowNode, SequenceFlow } from './process-model.js';
import type { IterationEnd } from './loops/loop-behavior.js';
import { iterateAgain, prepareIterationEnd } from './loops/loop.js';
import { collectedOutput } from './loops/multi-instance.js';
import { prepareEventSubProcesses } from './scope.js';
import type { ElementInstance } from './state.js';
import { ROOT_KEY } from './state.js';
import { holderOf, visibleValue, withValueAt } from './variables.js';

/**
 * The element is done: its outputs reach the scopes, its token moves on. Everything is decided before anything happens, so
 * that an expression that fails leaves the element as it was.
 */
export function leave(execution: Execution, key: number): void {
  const instance = execution.instance(key);
  // Something has begun in the scope since it was found empty.
  if ((instance.tokens ?? 0) > 0) return;
  if (key === ROOT_KEY) return endProcess(execution);
  if (instance.reopened) return closeAgain(execution, key, instance);
  const element = execution.element(instance.elementId);
  const written = instance.loop
    ? collectedOutput(execution, element, key)
    : outputsOf(execution, element, key);
  const iterated =
    instance.iteration === undefined
      ? undefined
      : prepareIterationEnd(execution, element, key, { ...instance.result, ...allOf(written) });
  const scope = instance.scope ?? ROOT_KEY;
  const isHandler = instance.compensates !== undefined;
  const adHoc = isHandler ? undefined : prepareAdHocEnd(execution, scope, element, allOf(written));
  const flows = iterated || adHoc?.isDone ? [] : tokensSent(execution, element, key, written);
  execution.checkFork(element, flows.length);
  const arm = instance.starts && prepareEventSubProcesses(execution, scope, allOf(written));
  for (const [scope, variables] of written) execution.emit({ type: 'variablesSet', key: scope, variables });
  arm?.();
  closeWaits(execution, key, instance);
  const compensable = compensabilityOf(execution, instance);
  const output = iterated?.output;
  execution.emit({
    type: 'elementCompleted',
    key,
    flows: flows.map(({ id }) => id),
    ...(output !== undefined && { output }),
    ...(compensable && { compensable }),
  });
  iterated?.throwEvents?.();
  // One of them has interrupted the whole activity.
  if (!execution.find(scope)) return;
  if (adHoc?.isMet) execution.emit({ type: 'completionConditionMet', key: scope });
  if (iterated?.isLast || (adHoc?.isMet && cancelsRemaining(execution, scope)))
    cancelInside(execution, scope);
  for (const flow of flows) execution.follow(flow, scope);
  if (instance.compensates !== undefined) continueCompensation(execution, instance.compensates);
  if (flows.length === 0) leaveEmptyScope(execution, scope, iterated, element);
}

/** What compensates the inside of a sub-process is done. */
function closeAgain(
  execution: Execution,
  key: number,
  { scope = ROOT_KEY, compensates = ROOT_KEY }: ElementInstance,
): void {
  execution.emit({ type: 'scopeClosed', key });
  continueCompensation(execution, compensates);
  leaveEmptyScope(execution, scope);
}

/** BPMN 2.0.2 §13.3.4: a scope is done when no token is left inside; a body, when no iteration is to follow. */
export function leaveEmptyScope(
  execution: Execution,
  scope: number,
  end?: IterationEnd,
  left?: FlowNode,
): void {
  const around = execution.find(scope);
  if (around?.tokens !== 0) return;
  const { elementId, loop } = around;
  if (adHocGoesOn(execution, scope, left)) return;
  if (loop && iterateAgain(execution, execution.element(elementId), scope, end)) return;
  execution.complete(scope);
}

function cancelsRemaining(execution: Execution, scope: number): boolean {
  return adHocAt(execution, scope)?.cancelsRemaining ?? false;
}

function endProcess(execution: Execution): void {
  const variables = execution.instance(ROOT_KEY).variables ?? {};
  closeWaits(execution, ROOT_KEY, execution.instance(ROOT_KEY));
  execution.emit({ type: 'processInstanceCompleted' });
  execution.reportToCaller({ kind: 'completed', variables });
}

/** Variables to write, by scope. */
type Written = ReadonlyMap<number, Variables>;

const nothing: Written = new Map();
const noNames: ReadonlySet<string> = new Set();

/**
 * With output mappings only what they map leaves the element, unless it propagates its result; without, its whole result does. Each variable goes to the scope that
 * holds it, else to the process instance.
 */
function outputsOf(execution: Execution, element: FlowNode, key: number): Written {
  const { result } = execution.instance(key);
  const instances = execution.state.elementInstances;
  const propagated =
    result && (element.outputs.length === 0 || element.propagatesResult)
      ? byHolder(instances, key, result, recalledOnly(execution, element, key))
      : nothing;
  if (element.outputs.length === 0) return propagated;
  const written = new Map(propagated);
  const scope = execution.scopeOf(key);
  let overlay: Variables = { ...result };
  for (const { source, target, local } of element.outputs) {
    const value = evaluate(source, execution.context(key, overlay));
    if (local) {
      overlay = withValueAt(overlay, target, value);
      continue;
    }
    const [name = ''] = target;
    const holder = holderOf(instances, scope, name);
    const present = visibleValue(instances, holder, name);
    put(written, holder, target, value, present === undefined ? {} : { [name]: present });
    overlay = { ...overlay, [name]: written.get(holder)?.[name] ?? null };
  }
  return written;
}

/**
 * Names of what a compensation handler remembers and has not mapped anew: what it writes there is for the scope around it, as the iteration
 * that it undoes is gone (BPMN 2.0.2 §10.7.2).
 */
function recalledOnly(execution: Execution, { inputs }: FlowNode, key: number): ReadonlySet<string> {
  const { recalled } = execution.instance(key);
  if (!recalled) return noNames;
  const mapped = new Set(inputs.map(({ target: [name = ''] }) => name));
  return new Set(Object.keys(recalled).filter((name) => !mapped.has(name)));
}

/** A result by the scopes that hold its variables; what the element itself holds ends with it, unless it is only `recalled`. */
function byHolder(
  instances: Execution['state']['elementInstances'],
  key: number,
  result: Variables,
  recalled: ReadonlySet<string>,
): Written {
  const entries = new Map<number, [string, JsonValue][]>();
  for (const entry of Object.entries(result)) {
    const from = recalled.has(entry[0]) ? (instances.get(key)?.scope ?? key) : key;
    const holder = holderOf(instances, from, entry[0]);
    const present = entries.get(holder);
    if (present) present.push(entry);
    else entries.set(holder, [entry]);
  }
  entries.delete(key);
  return new Map([...entries].map(([holder, held]) => [holder, Object.fromEntries(held)]));
}

/** What is seen of the writes from inside: inner scopes, which have the higher keys, cover outer ones. */
function allOf(written: Written): Variables {
  if (written.size < 2) return written.values().next().value ?? {};
  return [...written]
    .sort(([a], [b]) => a - b)
    .reduce<Variables>((all, [, inner]) => ({ ...all, ...inner }), {});
}

function put(
  written: Map<number, Variables>,
  scope: number,
  target: readonly string[],
  value: JsonValue,
  present: Variables,
): void {
  written.set(scope, withValueAt({ ...present, ...written.get(scope) }, target, value));
}

/** The flow of each token that leaves: an activity may send several down each flow (BPMN 2.0.2 table 10.3, `completionQuantity`). */
function tokensSent(
  execution: Execution,
  element: FlowNode,
  key: number,
  written: Written,
): readonly SequenceFlow[] {
  const flows = flowsTaken(execution, element, key, written);
  const quantity = 'completionQuantity' in element ? (element.completionQuantity ?? 1) : 1;
  return quantity === 1 ? flows : flows.flatMap((flow) => Array<SequenceFlow>(quantity).fill(flow));
}

function flowsTaken(
  execution: Execution,
  element: FlowNode,
  key: number,
  written: Written,
): readonly SequenceFlow[] {
  const behavior = behaviorOf(element);
  if (element.outgoing.every(({ condition, isDefault }) => !condition && !isDefault)) {
    return behavior.flows
      ? behavior.flows(execution, element, key, execution.context(key))
      : element.outgoing;
  }
  const context = execution.context(execution.scopeOf(key), allOf(written));
  return behavior.flows
    ? behavior.flows(execution, element, key, context)
    : conditionalFlows(element, context);
}

/**
 * BPMN 2.0.2 §13.3.1 and §8.4.13: every unconditional flow and every flow whose condition is true gets a token; the
 * default flow gets one when no condition is true. Where no flow at all would get one, the token must not be lost unseen.
 */
function conditionalFlows(element: FlowNode, context: EvaluationContext): readonly SequenceFlow[] {
  const taken = element.outgoing.filter((flow) => !flow.isDefault && holds(flow, context));
  if (taken.some(({ condition }) => condition)) return taken;
  const withDefault = [...taken, ...element.outgoing.filter(({ isDefault }) => isDefault)];
  if (withDefault.length > 0) return withDefault;
  throw new IncidentError(
    'no-flow-taken',
    `Expected a condition of a sequence flow out of "${element.id}" to be true, as it has no default flow, but none was.`,
  );
}
