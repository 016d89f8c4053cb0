import { BpmnModdle } from 'bpmn-moddle';
import type { Position } from './constructs.js';
import { keyOf, positions } from './constructs.js';

/** An element as bpmn-moddle reads it; here only looked at, property by property. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the generic object model of the standard
type Moddle = any;

/** One element of a model with the constructs that it is an example of. */
export interface Classified {
  readonly bpmnProcessId: string;
  readonly elementId: string;
  readonly keys: readonly string[];
  /** Of a boundary event, or the start of an event sub-process, or an event behind a gateway: what it is armed with. */
  readonly armedWith?: string;
  /** An end event that has done its work when it is canceled with its scope. */
  readonly endsItsScope?: true;
}

/** Every element of a BPMN file that is an example of a construct. */
export async function classify(xml: string): Promise<readonly Classified[]> {
  const { rootElement } = (await new BpmnModdle().fromXML(xml)) as { rootElement: Moddle };
  const roots: readonly Moddle[] = rootElement.rootElements ?? [];
  const processes = roots.filter(({ $type }) => $type === 'bpmn:Process');
  const collaborates = roots.some(
    ({ $type, messageFlows }) => $type === 'bpmn:Collaboration' && messageFlows,
  );
  return processes.flatMap((process) => {
    const bpmnProcessId = process.id as string;
    const found = contentOf(process).map((element) => ({
      bpmnProcessId,
      elementId: shownBy(element) as string,
      keys: keysOf(element),
      ...armedWith(element, process),
      ...(endsItsScope(element) && { endsItsScope: true as const }),
    }));
    const itself = {
      bpmnProcessId,
      elementId: bpmnProcessId,
      keys: [keyOf('process', 'in a collaboration')],
    };
    return [...(collaborates ? [itself] : []), ...found.filter(({ keys }) => keys.length > 0)];
  });
}

function endsItsScope({ $type, eventDefinitions }: Moddle): boolean {
  const kind = eventDefinitions?.[0]?.$type;
  return (
    $type === 'bpmn:EndEvent' &&
    (kind === 'bpmn:ErrorEventDefinition' || kind === 'bpmn:CancelEventDefinition')
  );
}

/**
 * What has instances of its own: a data object is there with its scope, a compensation boundary event occurs in its handler, an
 * instantiating gateway in the event that starts the instance.
 */
function shownBy(element: Moddle): string | undefined {
  if (element.$type === 'bpmn:DataObject') return element.$parent.id;
  if (element.instantiate && element.$type === 'bpmn:EventBasedGateway') {
    return flowsOf(element).find(({ sourceRef }) => sourceRef === element)?.targetRef.id;
  }
  if (!isCompensationBoundary(element)) return element.id;
  return handlerOf(element)?.id;
}

function isCompensationBoundary({ $type, eventDefinitions }: Moddle): boolean {
  return $type === 'bpmn:BoundaryEvent' && eventDefinitions?.[0]?.$type === 'bpmn:CompensateEventDefinition';
}

function associationsOf(element: Moddle): readonly Moddle[] {
  return (element.$parent.artifacts ?? []).filter(({ $type }: Moddle) => $type === 'bpmn:Association');
}

function handlerOf(boundary: Moddle): Moddle {
  return associationsOf(boundary).find(({ sourceRef }) => sourceRef === boundary)?.targetRef;
}

function compensatedBy(handler: Moddle): Moddle {
  return associationsOf(handler).find(({ targetRef }) => targetRef === handler)?.sourceRef?.attachedToRef;
}

function contentOf(scope: Moddle): readonly Moddle[] {
  return (scope.flowElements ?? []).flatMap((element: Moddle) => [element, ...contentOf(element)]);
}

function armedWith(element: Moddle, process: Moddle): { readonly armedWith?: string } {
  if (isCompensationBoundary(element)) return {};
  if (element.$type === 'bpmn:BoundaryEvent') return { armedWith: element.attachedToRef?.id };
  const gateway = gatewayBefore(element);
  if (gateway !== undefined && !gateway.instantiate) return { armedWith: gateway.id };
  const around = element.$parent;
  if (element.$type !== 'bpmn:StartEvent' || !around?.triggeredByEvent) return {};
  return around.$parent === process ? { armedWith: '' } : { armedWith: around.$parent.id };
}

function keysOf(element: Moddle): readonly string[] {
  const kind = String(element.$type).slice('bpmn:'.length);
  if (kind.endsWith('Event')) return eventKeys(element, kind);
  if (kind.endsWith('Gateway')) return gatewayKeys(element, kind);
  if (kind === 'DataObject') {
    return [
      keyOf('data object', element.$parent.$type === 'bpmn:Process' ? 'in a process' : 'in a sub-process'),
    ];
  }
  const activity = activityKey(element, kind);
  if (activity === undefined) return [];
  return [activity, ...handlerKeys(element), ...loopKeys(element, kind)];
}

function handlerKeys(element: Moddle): readonly string[] {
  if (!element.isForCompensation) return [];
  const compensated = compensatedBy(element);
  if (compensated === undefined) return [];
  const isScope = compensated.$type === 'bpmn:SubProcess' || compensated.$type === 'bpmn:Transaction';
  const of = compensated.loopCharacteristics
    ? 'a multi-instance activity'
    : isScope
      ? 'a sub-process'
      : 'a task';
  return [keyOf('compensation handler', `of ${of}`)];
}

const taskNames: Readonly<Record<string, string>> = {
  Task: 'task',
  ManualTask: 'manual task',
  UserTask: 'user task',
  ServiceTask: 'service task',
};

function activityKey(element: Moddle, kind: string): string | undefined {
  const name = taskNames[kind];
  if (name === 'task' && element.startQuantity > 1) return keyOf(name, 'with a startQuantity');
  if (name === 'task' && element.completionQuantity > 1) return keyOf(name, 'with a completionQuantity');
  if (name !== undefined) return keyOf(name, 'in a flow');
  switch (kind) {
    case 'CallActivity':
      return keyOf('call activity', callsGlobalTask(element) ? 'of a global task' : 'in a flow');
    case 'Transaction':
      return keyOf(
        'transaction',
        element.$parent.$type === 'bpmn:Transaction' ? 'in a transaction' : 'in a flow',
      );
    case 'SendTask':
      return keyOf('send task', isJob(element) ? 'by a job' : 'published by the server');
    case 'ReceiveTask':
      if (element.instantiate) return keyOf('receive task', 'instantiating');
      return keyOf('receive task', isBehindGateway(element) ? positions.behindGateway : 'in a flow');
    case 'BusinessRuleTask':
      return keyOf('business rule task', isJob(element) ? 'by a job' : 'by a decision');
    case 'ScriptTask':
      if (isJob(element)) return keyOf('script task', 'by a job');
      return keyOf(
        'script task',
        element.scriptFormat === undefined || /feel/i.test(element.scriptFormat)
          ? 'in FEEL'
          : 'in JavaScript',
      );
    case 'AdHocSubProcess':
      return keyOf('ad-hoc sub-process', element.ordering === 'Sequential' ? 'sequential' : 'parallel');
    case 'SubProcess':
      if (!element.triggeredByEvent) return keyOf('sub-process', 'in a flow');
      return keyOf('event sub-process', scopeName(element.$parent));
    default:
      return undefined;
  }
}

function callsGlobalTask(element: Moddle): boolean {
  let root = element;
  while (root.$parent) root = root.$parent;
  const called = String(element.calledElement ?? '').replace(/^.*:/, '');
  return root.rootElements.some(({ $type, id }: Moddle) => /^bpmn:Global/.test($type) && id === called);
}

function scopeName(scope: Moddle): string {
  if (scope.$type === 'bpmn:Process') return 'in a process';
  if (scope.$type === 'bpmn:Transaction') return 'in a transaction';
  return scope.triggeredByEvent ? 'in an event sub-process' : 'in a sub-process';
}

function isJob(element: Moddle): boolean {
  return (element.extensionElements?.values ?? []).some(
    ({ $type }: Moddle) => $type === 'zeebe:taskDefinition',
  );
}

const loopNames: Readonly<Record<string, string>> = {
  CallActivity: 'call activity',
  SubProcess: 'sub-process',
  Transaction: 'transaction',
  AdHocSubProcess: 'ad-hoc sub-process',
};

/** When a multi-instance activity throws, by its `behavior`. */
const thrown: Readonly<Record<string, string>> = {
  None: 'each time',
  One: 'the first time',
  Complex: 'by conditions',
};

function loopKeys(element: Moddle, kind: string): readonly string[] {
  const loop = element.loopCharacteristics;
  if (!loop) return [];
  const of = kind.endsWith('Task') ? 'task' : loopNames[kind];
  if (of === undefined) return [];
  if (loop.$type === 'bpmn:StandardLoopCharacteristics') return [keyOf('standard loop', of)];
  const behavior = thrown[loop.behavior];
  return [
    keyOf(`multi-instance, ${loop.isSequential ? 'sequential' : 'parallel'}`, of),
    ...(behavior === undefined ? [] : [keyOf('multi-instance, throwing events', behavior)]),
  ];
}

function gatewayKeys(element: Moddle, kind: string): readonly string[] {
  const splits = flowsOf(element).filter(({ sourceRef }) => sourceRef === element).length > 1;
  const joins = sourcesOf(element).length > 1;
  if (kind === 'EventBasedGateway') {
    const isGroup = element.eventGatewayType === 'Parallel';
    const starts = isGroup ? 'instantiating, parallel' : 'instantiating';
    return [keyOf('event-based gateway', element.instantiate ? starts : 'in a flow')];
  }
  const name = { ExclusiveGateway: 'exclusive', ParallelGateway: 'parallel', InclusiveGateway: 'inclusive' }[
    kind
  ];
  if (name === undefined) return [];
  const join = name === 'exclusive' ? 'merge' : 'join';
  return [
    ...(splits ? [keyOf(`${name} gateway`, 'split')] : []),
    ...(joins ? [keyOf(`${name} gateway`, join)] : []),
  ];
}

function eventKeys(element: Moddle, kind: string): readonly string[] {
  const position = positionOf(element, kind);
  return position === undefined ? [] : [keyOf(eventName(element), positions[position])];
}

function positionOf(element: Moddle, kind: string): Position | undefined {
  switch (kind) {
    case 'StartEvent':
      if (!element.$parent.triggeredByEvent)
        return element.$parent.$type === 'bpmn:Process' ? 'start' : 'subProcessStart';
      return element.isInterrupting === false ? 'nonInterruptingStart' : 'interruptingStart';
    case 'BoundaryEvent':
      return element.cancelActivity === false ? 'nonInterruptingBoundary' : 'interruptingBoundary';
    case 'IntermediateCatchEvent':
      return isBehindGateway(element) ? 'behindGateway' : 'catch';
    case 'IntermediateThrowEvent':
      return 'throw';
    case 'EndEvent':
      return 'end';
    default:
      return undefined;
  }
}

function isBehindGateway(element: Moddle): boolean {
  return gatewayBefore(element) !== undefined;
}

function gatewayBefore(element: Moddle): Moddle {
  return sourcesOf(element).find(({ $type }) => $type === 'bpmn:EventBasedGateway');
}

function flowsOf(element: Moddle): readonly Moddle[] {
  return element.$parent.flowElements.filter(({ $type }: Moddle) => $type === 'bpmn:SequenceFlow');
}

/** Where its incoming flows come from; whether a model lists them as `incoming` does not matter. */
function sourcesOf(element: Moddle): readonly Moddle[] {
  return flowsOf(element).flatMap(({ sourceRef, targetRef }) => (targetRef === element ? [sourceRef] : []));
}

function eventName(element: Moddle): string {
  const definitions: readonly Moddle[] = element.eventDefinitions ?? [];
  if (definitions.length > 1) return element.parallelMultiple ? 'parallel multiple event' : 'multiple event';
  const [definition] = definitions;
  if (definition === undefined) return 'none event';
  const kind = String(definition.$type).slice('bpmn:'.length, -'EventDefinition'.length);
  if (kind === 'Timer') {
    if (definition.timeCycle)
      return `timer event: ${/^=|^R/.test(definition.timeCycle.body) ? 'cycle' : 'cron'}`;
    return `timer event: ${definition.timeDate ? 'date' : 'duration'}`;
  }
  if (kind === 'Message' && isJob(element)) return 'message event, by a job';
  return `${kind === 'Compensate' ? 'compensation' : kind.toLowerCase()} event`;
}
