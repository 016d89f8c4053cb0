import type { Expression, VariableMapping } from '../engine/process-model.js';
import { withData } from './data/data-mappings.js';
import { isCompensationBoundary, isContainer } from './draft.js';
import type { FlowDraft, NodeDraft, ScopeDraft } from './draft.js';
import { readQuantities } from './elements/quantities.js';
import { readCondition } from './elements/condition.js';
import { elementReaders } from './elements/index.js';
import { attribute, child, children, describe, idOf, tagOf } from './model-element.js';
import type { ModelElement } from './model-element.js';
import { connectLinks } from './link-flows.js';
import { askDialects } from './read-context.js';
import type { ReadContext } from './read-context.js';
import { readLoop } from './read-loop.js';
import { readVoiceMenu } from './voice/read-voice-menu.js';

/** Types of flow nodes that are refused elsewhere, but that flows can lead to. */
const otherFlowNodes: ReadonlySet<string> = new Set([
  'bpmn:ComplexGateway',
  'bpmn:ImplicitThrowEvent',
  'bpmn:CallChoreography',
  'bpmn:SubChoreography',
  'bpmn:ChoreographyTask',
]);

/** Reads a process or sub-process with everything inside it and connects what can be connected; reports what cannot. */
export function readScope(owner: ModelElement, context: ReadContext): ScopeDraft {
  const nodes = new Map<ModelElement, NodeDraft>();
  const scope = readNodes(owner, undefined, nodes, context);
  connect(scope, nodes, context);
  return scope;
}

function readNodes(
  owner: ModelElement,
  parentId: string | undefined,
  nodes: Map<ModelElement, NodeDraft>,
  context: ReadContext,
): ScopeDraft {
  const scope: ScopeDraft = { owner, nodes: [], flows: [], ...(parentId !== undefined && { parentId }) };
  for (const element of children(owner, 'flowElements')) {
    const reader = elementReaders.get(element.$type);
    if (reader === undefined && !otherFlowNodes.has(element.$type)) continue;
    const id = idOf(element);
    if (id === undefined) {
      const message = `Expected each flow node in ${describe(owner)} to have an id but found a ${tagOf(element)} without.`;
      context.log.report('missing-id', element, message);
      continue;
    }
    if (element.$type === 'bpmn:ImplicitThrowEvent') {
      const message = `Expected ${describe(element)} in a complexBehaviorDefinition, as no flow leads to it, but found it in ${describe(owner)}: use an intermediate throw event.`;
      context.log.report('unsupported-element', element, message);
    }
    const draft = readNode(element, id, scope, nodes, context);
    nodes.set(element, draft);
    scope.nodes.push(draft);
  }
  return scope;
}

function readNode(
  element: ModelElement,
  id: string,
  scope: ScopeDraft,
  nodes: Map<ModelElement, NodeDraft>,
  context: ReadContext,
): NodeDraft {
  const refused = !elementReaders.has(element.$type);
  const content = refused ? undefined : elementReaders.get(element.$type)?.(element, context);
  const mappings = refused
    ? undefined
    : withData(
        element,
        askDialects(context, (dialect) => dialect.readMappings?.(element, context)),
        context,
      );
  const inner = isContainer(content) ? readNodes(element, id, nodes, context) : undefined;
  const loop = refused ? undefined : readLoop(element, context);
  const quantities = readQuantities(element, context.log);
  const name = attribute(element, 'name');
  return {
    element,
    id,
    ...(name !== undefined && { name }),
    scope,
    content,
    inputs: mappings?.inputs ?? noMappings,
    outputs: mappings?.outputs ?? noMappings,
    ...(loop !== undefined && { loop }),
    quantities,
    ...(mappings?.propagatesResult && { propagatesResult: true }),
    handlers: [],
    incoming: [],
    outgoing: [],
    ...(inner !== undefined && { inner }),
  };
}

const noMappings: readonly VariableMapping[] = [];

function connect(scope: ScopeDraft, nodes: ReadonlyMap<ModelElement, NodeDraft>, context: ReadContext): void {
  for (const element of children(scope.owner, 'flowElements')) {
    if (element.$type !== 'bpmn:SequenceFlow') continue;
    const flow = readFlow(element, scope, nodes, context);
    if (flow === undefined) continue;
    scope.flows.push(flow);
    flow.source.outgoing.push(flow);
    flow.target.incoming.push(flow);
  }
  connectLinks(scope, context.log);
  connectHandlers(scope, nodes);
  for (const node of scope.nodes) {
    orderOutgoing(node, context);
    if (node.element.$type === 'bpmn:BoundaryEvent') attach(node, nodes, context);
    const voice = readVoiceMenu(node, context.log);
    if (voice !== undefined) node.voice = voice;
    if (node.inner !== undefined) connect(node.inner, nodes, context);
  }
}

function readFlow(
  element: ModelElement,
  scope: ScopeDraft,
  nodes: ReadonlyMap<ModelElement, NodeDraft>,
  context: ReadContext,
): FlowDraft | undefined {
  const id = idOf(element);
  if (id === undefined) {
    const message = `Expected each sequenceFlow in ${describe(scope.owner)} to have an id but found one without.`;
    context.log.report('missing-id', element, message);
    return undefined;
  }
  const source = readEnd(element, 'sourceRef', nodes, context);
  const target = readEnd(element, 'targetRef', nodes, context);
  if (source === undefined || target === undefined) return undefined;
  if (source.scope !== target.scope) {
    const message = `Expected ${describe(element)} to stay inside one process or sub-process (BPMN 2.0.2 §10.3.5) but found it leading from ${source.id} to ${target.id}.`;
    context.log.report('invalid-flow', element, message);
    return undefined;
  }
  const name = attribute(element, 'name');
  const condition: Expression | undefined = readCondition(element, context);
  return {
    element,
    id,
    ...(name !== undefined && { name }),
    source,
    target,
    ...(condition !== undefined && { condition }),
    isDefault: child(source.element, 'default') === element,
  };
}

function readEnd(
  flow: ModelElement,
  property: 'sourceRef' | 'targetRef',
  nodes: ReadonlyMap<ModelElement, NodeDraft>,
  context: ReadContext,
): NodeDraft | undefined {
  const end = child(flow, property);
  const node = end && nodes.get(end);
  if (node !== undefined || context.isUnresolved(flow, property)) return node;
  // One without an id, or inside something that is refused, was reported already.
  if (
    end !== undefined &&
    (elementReaders.has(end.$type) || otherFlowNodes.has(end.$type)) &&
    sameProcess(flow, end)
  ) {
    return undefined;
  }
  const found = end === undefined ? 'none' : describe(end);
  const message = `Expected ${property} of ${describe(flow)} to be a flow node of the same process (BPMN 2.0.2 §8.4.13) but found ${found}.`;
  context.log.report('invalid-flow', flow, message);
  return undefined;
}

function sameProcess(one: ModelElement, other: ModelElement): boolean {
  return processOf(one) === processOf(other);
}

function processOf(element: ModelElement): ModelElement | undefined {
  let at: ModelElement | undefined = element;
  while (at !== undefined && at.$type !== 'bpmn:Process') at = at.$parent;
  return at;
}

/** An association between a compensation boundary event and an activity makes this its handler (BPMN 2.0.2 §10.7.1). */
function connectHandlers(scope: ScopeDraft, nodes: ReadonlyMap<ModelElement, NodeDraft>): void {
  for (const association of children(scope.owner, 'artifacts')) {
    if (association.$type !== 'bpmn:Association') continue;
    const [source, target] = ['sourceRef', 'targetRef'].map((property) => {
      const end = child(association, property);
      return end && nodes.get(end);
    });
    if (source === undefined || target === undefined) continue;
    if (isCompensationBoundary(source)) source.handlers.push(target);
    else if (isCompensationBoundary(target)) target.handlers.push(source);
  }
}

const flowLists = [
  ['outgoing', 'sourceRef'],
  ['incoming', 'targetRef'],
] as const;

/**
 * Conditions are evaluated in the order of `outgoing`, which BPMN 2.0.2 calls an ordered collection (§8.4.7, flow node); flows
 * that it does not list follow in document order.
 */
function orderOutgoing(node: NodeDraft, context: ReadContext): void {
  const listed = new Map(children(node.element, 'outgoing').map((flow, index) => [flow, index] as const));
  for (const [property, end] of flowLists) {
    for (const flow of children(node.element, property)) {
      const connected = child(flow, end);
      // A flow without that end was reported as such.
      if (connected === undefined || connected === node.element) continue;
      const message = `Expected ${describe(flow)} to have ${node.id} as ${end}, as ${describe(node.element)} lists it as ${property}, but found ${describe(connected)}.`;
      context.log.report('invalid-flow', node.element, message);
    }
  }
  if (listed.size === 0) return;
  const position = (flow: FlowDraft) => listed.get(flow.element) ?? Number.MAX_SAFE_INTEGER;
  node.outgoing.sort((a, b) => position(a) - position(b));
}

function attach(node: NodeDraft, nodes: ReadonlyMap<ModelElement, NodeDraft>, context: ReadContext): void {
  const activity = child(node.element, 'attachedToRef');
  const host = activity && nodes.get(activity);
  if (host !== undefined && host.scope === node.scope && isActivity(host.element)) {
    node.attachedTo = host;
  } else if (!context.isUnresolved(node.element, 'attachedToRef')) {
    const found = activity === undefined ? 'nothing' : describe(activity);
    const message = `Expected ${describe(node.element)} to be attached to an activity of its scope (BPMN 2.0.2 §10.5.4) but found ${found}.`;
    context.log.report('invalid-attachment', node.element, message);
  }
}

function isActivity(element: ModelElement): boolean {
  return /Task$|SubProcess$|^bpmn:(Transaction|CallActivity)$/.test(element.$type);
}
