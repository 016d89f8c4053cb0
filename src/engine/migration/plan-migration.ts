import type { CommandError } from '../rejection.js';
import { startQuantityOf } from '../elements/gather-tokens.js';
import { behaviorOf } from '../elements/registry.js';
import { cancelEventOf } from '../compensation/cancel-event.js';
import type { FlowNode } from '../process-model.js';
import { loopOf } from '../process-model.js';
import type { ElementInstance, EventWait, ProcessInstanceState } from '../state.js';
import { ROOT_KEY } from '../state.js';
import type { ArmedEvent } from './armed-events.js';
import { armedEventsOf, isAlike } from './armed-events.js';
import { elementProblem } from './element-problem.js';
import type { ModelMapping } from './mapping.js';
import { rememberedIds, rememberedProblem } from './remembered.js';

/** What a migration does with each open element instance. */
export interface MigrationPlan {
  readonly instances: readonly MigratedInstance[];
  readonly errors: readonly CommandError[];
}

export interface MigratedInstance {
  readonly key: number;
  /** Undefined for the process itself. */
  readonly target: FlowNode | undefined;
  /** At a join, or an activity that needs several tokens: the incoming flows of the target on which one has arrived. */
  readonly arrived?: readonly string[];
  /** In an ad-hoc sub-process: what was chosen and waits for its turn. */
  readonly waiting?: readonly string[];
  /** Of what has completed and can be compensated: the new ids by the old. */
  readonly remembered?: Readonly<Record<string, string>>;
  /** Waits for events that go on, with the event of the target. */
  readonly kept: readonly { readonly wait: EventWait; readonly eventId: string }[];
  readonly closed: readonly EventWait[];
  /** Multiple events that go on with the parts that have occurred. */
  readonly occurred: readonly { readonly from: string; readonly to: string }[];
  readonly armed: readonly ArmedEvent[];
}

/** Finds out what becomes of each open element instance, and what stands in the way. Changes nothing. */
export function planMigration(mapping: ModelMapping, state: ProcessInstanceState): MigrationPlan {
  const instances: MigratedInstance[] = [];
  const errors = new Map<string, CommandError>();
  for (const [key, instance] of state.elementInstances.entries()) {
    const { elementId } = instance;
    const source = key === ROOT_KEY ? undefined : mapping.source.elements.get(elementId);
    const target = key === ROOT_KEY ? undefined : mapping.targetOf(elementId);
    const message =
      (key === ROOT_KEY ? undefined : problemOf(mapping, state, instance, source, target)) ??
      eventProblem(mapping, instance) ??
      rememberedProblem(mapping, instance);
    if (message !== undefined) errors.set(message, { path: '/mappings', elementId, message });
    else instances.push(migrated(mapping, state, key, instance, source, target));
  }
  return { instances, errors: [...errors.values()] };
}

function problemOf(
  mapping: ModelMapping,
  state: ProcessInstanceState,
  instance: ElementInstance,
  source: FlowNode | undefined,
  target: FlowNode | undefined,
): string | undefined {
  const { elementId, scope = ROOT_KEY, iteration } = instance;
  if (!source) throw new Error(`Expected element "${elementId}" in the definition of its instance.`);
  if (!target) {
    const id = mapping.idOf(elementId);
    return `Expected "${elementId}", which is active, to be mapped, as the target has no element "${id}".`;
  }
  const problem =
    elementProblem(source, target) ??
    joinProblem(mapping, instance, target) ??
    choiceProblem(mapping, instance, target) ??
    iterationProblem(instance, target) ??
    cancelingProblem(instance, target);
  if (problem !== undefined || iteration !== undefined) return problem;
  const around = scope === ROOT_KEY ? undefined : state.elementInstances.get(scope)?.elementId;
  const expected = around === undefined ? undefined : mapping.idOf(around);
  if (target.parentId === expected) return undefined;
  return `Expected "${target.id}" ${placeName(expected)} as "${elementId}" is ${placeName(around)}, but it is ${placeName(target.parentId)}.`;
}

function placeName(id: string | undefined): string {
  return id === undefined ? 'directly in the process' : `directly in "${id}"`;
}

function joinProblem(
  mapping: ModelMapping,
  { elementId, arrived = [] }: ElementInstance,
  target: FlowNode,
): string | undefined {
  if (arrived.length === 0) return undefined;
  const flows = arrived.map((id) => mapping.idOf(id));
  const missing = flows.find((id) => target.incoming.every((flow) => flow.id !== id));
  if (missing !== undefined)
    return `Expected the flow "${missing}", on which a token has arrived at "${elementId}", to lead to "${target.id}": map it to one that does.`;
  if (!behaviorOf(target).arrive) {
    const quantity = startQuantityOf(target);
    if (arrived.length <= quantity) return undefined;
    return `Expected the startQuantity of "${target.id}" to be at least ${arrived.length}, as so many tokens have arrived at "${elementId}", but it is ${quantity}.`;
  }
  if (new Set(flows).size === flows.length) return undefined;
  return `Expected the flows on which tokens have arrived at "${elementId}" to be mapped to different flows.`;
}

function choiceProblem(
  mapping: ModelMapping,
  { adHoc }: ElementInstance,
  target: FlowNode,
): string | undefined {
  const content = 'scope' in target ? target.scope.initial : [];
  const missing = adHoc?.waiting
    .map((id) => mapping.idOf(id))
    .find((id) => content.every((element) => element.id !== id));
  if (missing === undefined) return undefined;
  return `Expected "${missing}", which was chosen and waits for its turn, to be in "${target.id}".`;
}

/** Two waits of one element instance for one event would let it occur twice. */
function eventProblem(mapping: ModelMapping, { elementId, waits = [] }: ElementInstance): string | undefined {
  const from = new Map<string, string>();
  for (const wait of waits) {
    if (!('eventId' in wait)) continue;
    const id = mapping.idOf(wait.eventId);
    const other = from.get(id) ?? wait.eventId;
    if (other !== wait.eventId)
      return `Expected "${other}" and "${wait.eventId}", which "${elementId}" waits for, to be mapped to different events, but both are "${id}" in the target.`;
    from.set(id, other);
  }
  return undefined;
}

/** The collection is the one of the beginning: where none was read, iterations that are to follow have no items. */
function iterationProblem({ elementId, loop }: ElementInstance, target: FlowNode): string | undefined {
  const next = loopOf(target);
  if (loop?.kind !== 'multiInstance' || next?.kind !== 'multiInstance' || !next.collection) return undefined;
  const { total, started, items } = loop;
  if (total === undefined || started >= total || items) return undefined;
  return `Expected "${target.id}" to have a cardinality as "${elementId}" has, of which ${total - started} iterations are to follow, but it has a collection.`;
}

/** A transaction that is being undone is left by its cancel boundary event. */
function cancelingProblem({ elementId, canceling }: ElementInstance, target: FlowNode): string | undefined {
  if (!canceling || cancelEventOf(target)) return undefined;
  return `Expected "${target.id}" to have a cancel boundary event, as "${elementId}" is being canceled, but it has none.`;
}

function migrated(
  mapping: ModelMapping,
  state: ProcessInstanceState,
  key: number,
  instance: ElementInstance,
  source: FlowNode | undefined,
  target: FlowNode | undefined,
): MigratedInstance {
  const before = armedEventsOf(mapping.source, source, instance);
  const after = new Map(armedEventsOf(mapping.target, target, instance).map((event) => [event.id, event]));
  const waits = (instance.waits ?? []).filter((wait): wait is EventWait => 'eventId' in wait);
  const kept: MigratedInstance['kept'][number][] = [];
  const closed: EventWait[] = [];
  const occurred: MigratedInstance['occurred'][number][] = [];
  /** Events of the target that are waited for already, or have occurred and are not to occur again. */
  const served = new Set<string>();
  for (const { id, definition } of before) {
    const event = after.get(mapping.idOf(id));
    const own = waits.filter((wait) => wait.eventId === id);
    const isKept = event !== undefined && isAlike(definition, event.definition);
    for (const wait of own) {
      if (isKept) kept.push({ wait, eventId: event.id });
      else closed.push(wait);
    }
    if (isKept && instance.occurred?.some(({ eventId }) => eventId === id)) {
      occurred.push({ from: id, to: event.id });
    }
    const hasOccurred = own.length === 0 && event?.definition.kind === definition.kind;
    if (event && (isKept || hasOccurred)) served.add(event.id);
  }
  const arrived = instance.arrived?.map((id) => mapping.idOf(id));
  const remembered = [...rememberedIds(instance)].map((id) => [id, mapping.idOf(id)] as const);
  const waiting = instance.adHoc?.waiting.map((id) => mapping.idOf(id));
  return {
    key,
    target,
    ...(arrived && { arrived }),
    ...(waiting && { waiting }),
    ...(remembered.length > 0 && { remembered: Object.fromEntries(remembered) }),
    kept,
    closed,
    occurred,
    armed: [...after.values()].filter(
      (event) => !served.has(event.id) && isArmedYet(state, key, instance, event),
    ),
  };
}

/** Events are armed step by step; those of a step that was not taken yet are armed when it is. */
function isArmedYet(
  state: ProcessInstanceState,
  key: number,
  { arrived, incident, postponed }: ElementInstance,
  { isInner }: ArmedEvent,
): boolean {
  if (arrived) return false;
  const step = postponed ?? incident?.step;
  if (step === 'activate' || (step === 'perform' && isInner)) return false;
  const hasStart = () => state.elementInstances.values().some(({ scope, starts }) => scope === key && starts);
  return !isInner || !hasStart();
}
