import {
  calledElementLines,
  extensionLines,
  jobLines,
  messageThrowLines,
  businessRuleLines,
  scriptLines,
  userTaskLines,
} from './bpmn-extensions.js';
import type {
  BoundaryEventOptions,
  CallActivityOptions,
  EventOptions,
  FlowOptions,
  NodeOptions,
  ProcessOptions,
  ReceiveTaskOptions,
  BusinessRuleTaskOptions,
  ScriptTaskOptions,
  SendTaskOptions,
  StartEventOptions,
  ServiceTaskOptions,
  UserTaskOptions,
} from './bpmn-options.js';
import { RootElements, eventDefinitionLines } from './bpmn-root-elements.js';
import { xmlElement, xmlText } from './xml-text.js';

/**
 * Begins a process. Each element is connected to the one before it; `at` goes on from another one, `when` and `otherwise` say
 * how the next flow is taken, and `connectTo` leads to an element that is there, or will be:
 *
 * ```ts
 * bpmn('order')
 *   .startEvent('s')
 *   .serviceTask('charge', { type: 'charge-card', outputs: { paid: '=ok' } })
 *   .exclusiveGateway('g')
 *   .when('=paid').endEvent('done')
 *   .at('g').otherwise().connectTo('charge')
 *   .boundaryEvent('late', { attachedTo: 'charge', timer: { duration: 'PT1H' } }).endEvent('given-up')
 *   .toXml();
 * ```
 */
export function bpmn(id: string, options: ProcessOptions = {}): ProcessBuilder {
  return new ProcessBuilder(id, options);
}

/** A file with several processes, and further root elements as they are to be written. */
export function bpmnFile(processes: readonly ProcessBuilder[], rootLines: readonly string[] = []): string {
  const roots = new RootElements();
  for (const process of processes) roots.addAll(process.roots);
  const lines = xmlElement('bpmn:definitions', definitionsAttributes, [
    ...roots.lines(),
    ...rootLines,
    ...processes.flatMap((process) => process.lines()),
  ]);
  return ['<?xml version="1.0" encoding="UTF-8"?>', ...lines, ''].join('\n');
}

const definitionsAttributes = {
  'xmlns:bpmn': 'http://www.omg.org/spec/BPMN/20100524/MODEL',
  'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
  'xmlns:zeebe': 'http://camunda.org/schema/zeebe/1.0',
  'xmlns:camunda': 'http://camunda.org/schema/1.0/bpmn',
  'xmlns:operaton': 'http://operaton.org/schema/1.0/bpmn',
  'xmlns:throughline': 'http://throughline.io/schema/1.0',
  id: 'definitions',
  targetNamespace: 'http://example.com/test',
};

interface WrittenNode {
  readonly tag: string;
  readonly id: string;
  readonly options: NodeOptions;
  readonly attributes: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly extensions: readonly string[];
  readonly content: readonly string[];
}

interface WrittenFlow {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly options: FlowOptions;
}

/** The elements of a process or of a sub-process, one after the other. */
export class ScopeBuilder {
  private readonly nodes: WrittenNode[] = [];
  private readonly flows: WrittenFlow[] = [];
  private readonly rawLines: string[] = [];
  private current: string | undefined;
  private nextFlow: FlowOptions = {};

  constructor(readonly roots: RootElements) {}

  startEvent(id: string, options: StartEventOptions = {}): this {
    const attributes = { isInterrupting: options.interrupting === false ? false : undefined };
    return this.apart('startEvent', id, options, attributes, [], eventDefinitionLines(options, this.roots));
  }

  endEvent(id: string, options: EventOptions = {}): this {
    return this.event('endEvent', id, options, messageThrowLines(options));
  }

  intermediateCatchEvent(id: string, options: EventOptions = {}): this {
    return this.event('intermediateCatchEvent', id, options, []);
  }

  intermediateThrowEvent(id: string, options: EventOptions = {}): this {
    return this.event('intermediateThrowEvent', id, options, messageThrowLines(options));
  }

  /** Goes on from the boundary event; nothing is connected to it. */
  boundaryEvent(id: string, options: BoundaryEventOptions): this {
    const attributes = {
      attachedToRef: options.attachedTo,
      cancelActivity: options.interrupting === false ? false : undefined,
    };
    return this.apart(
      'boundaryEvent',
      id,
      options,
      attributes,
      [],
      eventDefinitionLines(options, this.roots),
    );
  }

  task(id: string, options: NodeOptions = {}): this {
    return this.node('task', id, options);
  }

  manualTask(id: string, options: NodeOptions = {}): this {
    return this.node('manualTask', id, options);
  }

  userTask(id: string, options: UserTaskOptions = {}): this {
    return this.node('userTask', id, options, {}, userTaskLines(options));
  }

  /** Without a type it has no implementation. */
  serviceTask(id: string, options: ServiceTaskOptions = {}): this {
    return this.node('serviceTask', id, options, {}, jobLines(options));
  }

  sendTask(id: string, options: SendTaskOptions = {}): this {
    const messageRef = options.message === undefined ? undefined : this.roots.message(options.message);
    return this.node('sendTask', id, options, { messageRef }, messageThrowLines(options));
  }

  receiveTask(id: string, options: ReceiveTaskOptions = {}): this {
    const messageRef = options.message === undefined ? undefined : this.roots.message(options.message);
    return this.node('receiveTask', id, options, { messageRef });
  }

  businessRuleTask(id: string, options: BusinessRuleTaskOptions = {}): this {
    return this.node('businessRuleTask', id, options, {}, businessRuleLines(options));
  }

  scriptTask(id: string, options: ScriptTaskOptions = {}): this {
    return this.node('scriptTask', id, options, {}, scriptLines(options));
  }

  callActivity(id: string, options: CallActivityOptions = {}): this {
    return this.node('callActivity', id, options, {}, calledElementLines(options));
  }

  exclusiveGateway(id: string, options: NodeOptions = {}): this {
    return this.node('exclusiveGateway', id, options);
  }

  parallelGateway(id: string, options: NodeOptions = {}): this {
    return this.node('parallelGateway', id, options);
  }

  inclusiveGateway(id: string, options: NodeOptions = {}): this {
    return this.node('inclusiveGateway', id, options);
  }

  eventBasedGateway(id: string, options: NodeOptions = {}): this {
    return this.node('eventBasedGateway', id, options);
  }

  subProcess(id: string, build: (inner: ScopeBuilder) => ScopeBuilder, options: NodeOptions = {}): this {
    const inner = build(new ScopeBuilder(this.roots));
    return this.node('subProcess', id, options, {}, [], inner.contentLines());
  }

  transaction(id: string, build: (inner: ScopeBuilder) => ScopeBuilder, options: NodeOptions = {}): this {
    const inner = build(new ScopeBuilder(this.roots));
    return this.node('transaction', id, options, {}, [], inner.contentLines());
  }

  /** A compensation boundary event at the activity where the scope stands, associated with a handler; goes on from the activity. */
  compensatedBy(
    handlerId: string,
    add: (scope: this, id: string, options: NodeOptions) => unknown = (scope, id, options) =>
      scope.serviceTask(id, { type: 'undo', ...options }),
  ): this {
    const { current = '' } = this;
    const boundaryId = `c_${current}`;
    this.boundaryEvent(boundaryId, { attachedTo: current, compensate: true }).at(undefined);
    add(this, handlerId, { attributes: { isForCompensation: true } });
    const association = { id: `a_${current}`, sourceRef: boundaryId, targetRef: handlerId };
    return this.raw(...xmlElement('bpmn:association', association)).at(current);
  }

  /** Stands apart; what comes next is connected to what came before. */
  eventSubProcess(id: string, build: (inner: ScopeBuilder) => ScopeBuilder, options: NodeOptions = {}): this {
    const { current } = this;
    const inner = build(new ScopeBuilder(this.roots));
    const attributes = { triggeredByEvent: true };
    return this.apart('subProcess', id, options, attributes, [], inner.contentLines()).at(current);
  }

  /** `activeElements` is the attribute of `zeebe:adHoc`. */
  adHocSubProcess(
    id: string,
    build: (inner: ScopeBuilder) => ScopeBuilder,
    options: NodeOptions & { readonly activeElements?: string; readonly completionCondition?: string } = {},
  ): this {
    const { activeElements, completionCondition: condition } = options;
    const inner = build(new ScopeBuilder(this.roots));
    const extensions =
      activeElements === undefined
        ? []
        : xmlElement('zeebe:adHoc', { activeElementsCollection: activeElements });
    const conditionType = ' xsi:type="bpmn:tFormalExpression"';
    return this.node('adHocSubProcess', id, options, {}, extensions, [
      ...inner.contentLines(),
      ...(condition === undefined ? [] : [xmlText('bpmn:completionCondition', conditionType, condition)]),
    ]);
  }

  /** An element of any BPMN type, by its tag. */
  element(tag: string, id: string, options: NodeOptions = {}): this {
    return this.node(tag, id, options);
  }

  /** Goes on from that element, or from nothing. */
  at(id: string | undefined): this {
    this.current = id;
    this.nextFlow = {};
    return this;
  }

  /** The next flow has this condition, FEEL with its `=`. */
  when(condition: string, options: FlowOptions = {}): this {
    this.nextFlow = { ...options, condition };
    return this;
  }

  /** The next flow is the default flow of the element that it leaves. */
  otherwise(options: FlowOptions = {}): this {
    this.nextFlow = { ...options, isDefault: true };
    return this;
  }

  /** Connects to an element that is told by its id, and goes on from where it was. */
  connectTo(id: string, options: FlowOptions = {}): this {
    if (this.current === undefined)
      throw new Error(`Expected an element to connect to ${id} from but found none`);
    return this.flow(this.current, id, { ...this.nextFlow, ...options });
  }

  /** A sequence flow between any two ids, right or wrong. */
  flow(source: string, target: string, options: FlowOptions = {}): this {
    const sameName = this.flows.filter((flow) => flow.source === source && flow.target === target).length;
    const id = options.id ?? `f_${source}_${target}${sameName === 0 ? '' : `_${sameName + 1}`}`;
    this.flows.push({ id, source, target, options });
    this.nextFlow = {};
    return this;
  }

  /** Lines of XML that stand in the scope as they are. */
  raw(...lines: readonly string[]): this {
    this.rawLines.push(...lines);
    return this;
  }

  /** What the scope contains, as lines of XML. */
  contentLines(): readonly string[] {
    return [
      ...this.nodes.flatMap((node) => this.nodeLines(node)),
      ...this.flows.flatMap(flowLines),
      ...this.rawLines,
    ];
  }

  private event(tag: string, id: string, options: EventOptions, extensions: readonly string[]): this {
    return this.node(tag, id, options, {}, extensions, eventDefinitionLines(options, this.roots));
  }

  private apart(...node: Parameters<ScopeBuilder['node']>): this {
    return this.at(undefined).node(...node);
  }

  private node(
    tag: string,
    id: string,
    options: NodeOptions,
    attributes: WrittenNode['attributes'] = {},
    extensions: readonly string[] = [],
    content: readonly string[] = [],
  ): this {
    this.nodes.push({ tag, id, options, attributes, extensions, content });
    if (this.current !== undefined) this.connectTo(id);
    this.current = id;
    return this;
  }

  private nodeLines({ tag, id, options, attributes, extensions, content }: WrittenNode): readonly string[] {
    const defaultFlow = this.flows.find((flow) => flow.source === id && flow.options.isDefault)?.id;
    return xmlElement(
      `bpmn:${tag}`,
      { id, name: options.name, ...attributes, default: defaultFlow, ...options.attributes },
      [...extensionLines(options, extensions), ...(options.content ?? []), ...content],
    );
  }
}

function flowLines({ id, source, target, options }: WrittenFlow): readonly string[] {
  const attributes = { id, name: options.name, sourceRef: source, targetRef: target };
  if (options.condition === undefined) return xmlElement('bpmn:sequenceFlow', attributes);
  return xmlElement('bpmn:sequenceFlow', attributes, [
    xmlText('bpmn:conditionExpression', ' xsi:type="bpmn:tFormalExpression"', options.condition),
  ]);
}

/** A process with what is in it. */
export class ProcessBuilder extends ScopeBuilder {
  constructor(
    readonly id: string,
    private readonly options: ProcessOptions,
  ) {
    super(new RootElements());
  }

  /** The process as lines of XML. */
  lines(): readonly string[] {
    const { name, isExecutable = true, versionTag, attributes, extensions } = this.options;
    const tag = versionTag === undefined ? [] : xmlElement('zeebe:versionTag', { value: versionTag });
    return xmlElement('bpmn:process', { id: this.id, name, isExecutable, ...attributes }, [
      ...extensionLines(extensions === undefined ? {} : { extensions }, tag),
      ...this.contentLines(),
    ]);
  }

  /** A whole file with this process alone. */
  toXml(rootLines: readonly string[] = []): string {
    return bpmnFile([this], rootLines);
  }
}
