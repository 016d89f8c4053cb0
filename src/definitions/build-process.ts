import type {
  Activity,
  BoundaryEvent,
  ElementScope,
  EventSubProcess,
  ExecutableProcess,
  FlowNode,
  SequenceFlow,
  StartEvent,
} from '../engine/process-model.js';
import { isInitial, isInstantiating } from './draft.js';
import type { FlowDraft, NodeDraft, ScopeDraft } from './draft.js';

/** What is said about the process beside its content. */
export type ProcessHeader = Pick<ExecutableProcess, 'bpmnProcessId' | 'name' | 'versionTag' | 'dataNames'>;

/** A node with its lists, which are handed out as read-only and filled while the graph, which has cycles, is tied. */
interface OpenNode {
  readonly node: FlowNode;
  readonly incoming: SequenceFlow[];
  readonly outgoing: SequenceFlow[];
  readonly boundaryEvents: BoundaryEvent[];
}

type OpenNodes = Map<NodeDraft, OpenNode>;

/** Ties the graph of a process that was read without errors; outgoing flows are in the order of their conditions. */
export function buildProcess(header: ProcessHeader, draft: ScopeDraft): ExecutableProcess {
  const nodes: OpenNodes = new Map();
  const scope = buildScope(draft, nodes);
  const flows = new Map<FlowDraft, SequenceFlow>();
  for (const [node, { outgoing }] of nodes) {
    for (const flow of node.outgoing) {
      const built = buildFlow(flow, nodes);
      flows.set(flow, built);
      outgoing.push(built);
    }
  }
  for (const [node, { incoming }] of nodes) {
    for (const flow of node.incoming) incoming.push(found(flows, flow, flow.id));
  }
  return {
    ...header,
    scope,
    hasInclusiveJoins: [...nodes.keys()].some(
      ({ content, incoming }) => content?.type === 'inclusiveGateway' && incoming.length > 1,
    ),
    hasAdHocSubProcesses: [...nodes.keys()].some(({ content }) => content?.type === 'adHocSubProcess'),
    compensationHandlers: new Map([...nodes].flatMap(([draft]) => handlerOf(draft, nodes))),
    elements: new Map([...nodes].map(([{ id }, { node }]) => [id, node] as const)),
  };
}

/** The activity that is compensated, with what does it. */
function handlerOf(draft: NodeDraft, nodes: OpenNodes): readonly (readonly [string, Activity])[] {
  const [handler] = draft.handlers;
  const node = handler && nodes.get(handler)?.node;
  if (node === undefined || !isActivity(node) || draft.attachedTo === undefined) return [];
  return [[draft.attachedTo.id, node]];
}

function buildFlow(flow: FlowDraft, nodes: OpenNodes): SequenceFlow {
  return {
    id: flow.id,
    ...(flow.name !== undefined && { name: flow.name }),
    source: found(nodes, flow.source, flow.source.id).node,
    target: found(nodes, flow.target, flow.target.id).node,
    ...(flow.condition !== undefined && !flow.isDefault && { condition: flow.condition }),
    isDefault: flow.isDefault,
  };
}

/** Boundary events come after what they are attached to. */
function buildScope(draft: ScopeDraft, nodes: OpenNodes): ElementScope {
  const boundaryEvents = draft.nodes.filter((node) => node.content?.type === 'boundaryEvent');
  const others = draft.nodes.filter((node) => node.content?.type !== 'boundaryEvent');
  for (const node of [...others, ...boundaryEvents]) nodes.set(node, buildNode(node, nodes));
  const startEvents = others.map((node) => found(nodes, node, node.id).node).filter(isStartEvent);
  const entered =
    startEvents.length > 0 || others.some(isInstantiating)
      ? startEvents.filter((start) => start.event.kind === 'none')
      : others.filter(isInitial).map((node) => found(nodes, node, node.id).node);
  const eventSubProcesses = others.flatMap((node) => eventSubProcessOf(found(nodes, node, node.id).node));
  return { initial: entered, startEvents, eventSubProcesses };
}

function eventSubProcessOf(subProcess: FlowNode): readonly EventSubProcess[] {
  if (subProcess.type !== 'subProcess' || !subProcess.triggeredByEvent) return [];
  return subProcess.scope.startEvents.map((start) => ({ subProcess, start }));
}

function buildNode(draft: NodeDraft, nodes: OpenNodes): OpenNode {
  const { content } = draft;
  if (content === undefined)
    throw new Error(`Expected the content of ${draft.id} to have been read but found none`);
  const incoming: SequenceFlow[] = [];
  const outgoing: SequenceFlow[] = [];
  const boundaryEvents: BoundaryEvent[] = [];
  const base = {
    id: draft.id,
    ...(draft.name !== undefined && { name: draft.name }),
    ...(draft.scope.parentId !== undefined && { parentId: draft.scope.parentId }),
    incoming,
    outgoing,
    inputs: draft.inputs,
    outputs: draft.outputs,
    ...(draft.propagatesResult && ({ propagatesResult: true } as const)),
  };
  const open = (node: FlowNode): OpenNode => ({ node, incoming, outgoing, boundaryEvents });
  const { loop, quantities } = draft;
  const activity = {
    boundaryEvents,
    ...(loop !== undefined && { loop }),
    ...quantities,
  };
  const voice = draft.voice !== undefined && { voice: draft.voice };
  switch (content.type) {
    case 'boundaryEvent': {
      const host = hostOf(draft, nodes);
      const node: BoundaryEvent = { ...base, ...content, attachedTo: host.activity };
      host.boundaryEvents.push(node);
      return open(node);
    }
    case 'adHocSubProcess': {
      const scope = draft.inner === undefined ? emptyScope : buildScope(draft.inner, nodes);
      return open({ ...base, ...content, ...activity, scope });
    }
    case 'transaction':
    case 'subProcess': {
      const scope = draft.inner === undefined ? emptyScope : buildScope(draft.inner, nodes);
      return open({ ...base, ...content, ...activity, scope });
    }
    case 'task':
    case 'manualTask':
    case 'serviceTask':
    case 'sendTask':
    case 'scriptTask':
    case 'businessRuleTask':
    case 'callActivity':
      return open({ ...base, ...content, ...activity });
    case 'userTask':
    case 'receiveTask':
      return open({ ...base, ...content, ...voice, ...activity });
    case 'startEvent':
    case 'endEvent':
    case 'intermediateThrowEvent':
    case 'exclusiveGateway':
    case 'parallelGateway':
    case 'inclusiveGateway':
      return open({ ...base, ...content });
    case 'intermediateCatchEvent':
    case 'eventBasedGateway':
      return open({ ...base, ...content, ...voice });
    default:
      return content satisfies never;
  }
}

const emptyScope: ElementScope = { initial: [], startEvents: [], eventSubProcesses: [] };

function hostOf(draft: NodeDraft, nodes: OpenNodes): { activity: Activity; boundaryEvents: BoundaryEvent[] } {
  const host = draft.attachedTo && nodes.get(draft.attachedTo);
  if (host === undefined || !isActivity(host.node)) {
    throw new Error(
      `Expected ${draft.id} to be attached to an activity but found ${host?.node.type ?? 'nothing'}`,
    );
  }
  return { activity: host.node, boundaryEvents: host.boundaryEvents };
}

function isActivity(node: FlowNode): node is Activity {
  return 'boundaryEvents' in node;
}

function isStartEvent(node: FlowNode): node is StartEvent {
  return node.type === 'startEvent';
}

function found<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key, id: string): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`Expected ${id} to have been built but found nothing`);
  return value;
}
