import type { Quantities } from './elements/quantities.js';
import type {
  Expression,
  FlowNode,
  LoopCharacteristics,
  VariableMapping,
  VoiceMenu,
} from '../engine/process-model.js';
import { flag } from './model-element.js';
import type { ModelElement } from './model-element.js';

/** What an element is beside its place in the graph, as its reader answers it. */
export type ElementContent = ContentOf<FlowNode>;

/** The fields of a flow node that say what it does; those that connect it to others are the builder's. */
export type ContentOf<Node extends FlowNode> = Node extends FlowNode ? Omit<Node, GraphField> : never;

type GraphField =
  | 'id'
  | 'name'
  | 'parentId'
  | 'incoming'
  | 'outgoing'
  | 'inputs'
  | 'outputs'
  | 'propagatesResult'
  | 'boundaryEvents'
  | 'attachedTo'
  | 'scope'
  | 'voice'
  | 'startQuantity'
  | 'completionQuantity'
  | 'loop';

/** A flow node that was read, connected to what was read of its surroundings, right or wrong. */
export interface NodeDraft {
  readonly element: ModelElement;
  readonly id: string;
  readonly name?: string;
  readonly scope: ScopeDraft;
  /** Undefined where the element could not be read, which is reported. */
  readonly content: ElementContent | undefined;
  readonly inputs: readonly VariableMapping[];
  readonly outputs: readonly VariableMapping[];
  /** Of an activity that is done several times. */
  readonly loop?: LoopCharacteristics;
  readonly propagatesResult?: true;
  readonly quantities: Quantities;
  readonly incoming: FlowDraft[];
  /** In the order in which conditions are evaluated. */
  readonly outgoing: FlowDraft[];
  /** Of a compensation boundary event: the activities that associations lead to. */
  readonly handlers: NodeDraft[];
  /** Of a boundary event, where it is attached to something in the same scope. */
  attachedTo?: NodeDraft;
  /** What `throughline:voice` offers there, once the flows are connected. */
  voice?: VoiceMenu;
  /** The inside of a sub-process. */
  readonly inner?: ScopeDraft;
}

/** What is directly inside a process or a sub-process. */
export interface ScopeDraft {
  readonly owner: ModelElement;
  /** The id of the sub-process; undefined for the process itself. */
  readonly parentId?: string;
  readonly nodes: NodeDraft[];
  readonly flows: FlowDraft[];
}

export interface FlowDraft {
  readonly element: ModelElement;
  readonly id: string;
  readonly name?: string;
  readonly source: NodeDraft;
  readonly target: NodeDraft;
  readonly condition?: Expression;
  readonly isDefault: boolean;
}

/** Whether it starts instances although it is no start event: a receive task or an event-based gateway that says so. */
export function isInstantiating({ content }: NodeDraft): boolean {
  return content !== undefined && 'instantiate' in content && content.instantiate === true;
}

/** Whether the node gets a token when its scope is entered and has no start event (BPMN 2.0.2 §13.3.4). */
export function isInitial({ element, content, incoming }: NodeDraft): boolean {
  if (incoming.length > 0 || element.$type === 'bpmn:BoundaryEvent' || isHandler(element)) return false;
  return !isEventSubProcess(content);
}

/** Whether it is only done to compensate another activity. */
export function isHandler(element: ModelElement): boolean {
  return flag(element, 'isForCompensation');
}

/** Whether it marks an activity as one that can be compensated. */
export function isCompensationBoundary({ content }: NodeDraft): boolean {
  return content?.type === 'boundaryEvent' && content.event.kind === 'compensation';
}

/** Whether it has flow nodes inside. */
export function isContainer(content: NodeDraft['content']): boolean {
  const type = content?.type;
  return type === 'subProcess' || type === 'adHocSubProcess' || type === 'transaction';
}

/** Whether it is an event sub-process. */
export function isEventSubProcess(content: NodeDraft['content']): boolean {
  return content?.type === 'subProcess' && content.triggeredByEvent;
}

/** The scope and every scope inside it, outermost first. */
export function allScopes(scope: ScopeDraft): readonly ScopeDraft[] {
  return [scope, ...scope.nodes.flatMap((node) => (node.inner === undefined ? [] : allScopes(node.inner)))];
}

/** The boundary events of a scope by the activity that they are attached to. */
export function boundaryEventsByActivity(scope: ScopeDraft): ReadonlyMap<NodeDraft, readonly NodeDraft[]> {
  const grouped = new Map<NodeDraft, NodeDraft[]>();
  for (const node of scope.nodes) {
    if (node.attachedTo === undefined) continue;
    const events = grouped.get(node.attachedTo) ?? [];
    events.push(node);
    grouped.set(node.attachedTo, events);
  }
  return grouped;
}
