import { BpmnModdle } from 'bpmn-moddle';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A shape or the label of something. */
export interface Drawn {
  readonly elementId: string;
  readonly type: string;
  readonly box: Box;
}

export interface DrawnFlow {
  readonly elementId: string;
  readonly sourceId: string;
  readonly targetId: string;
  readonly waypoints: readonly Point[];
}

/** What a BPMN file draws, and everything in it that ought to be drawn. */
export interface Diagram {
  readonly warnings: readonly string[];
  readonly flowNodeIds: readonly string[];
  readonly flowIds: readonly string[];
  readonly namedFlowIds: readonly string[];
  readonly shapes: readonly Drawn[];
  readonly labels: readonly Drawn[];
  readonly flows: readonly DrawnFlow[];
}

/** What moddle makes of an element: its type and whatever properties it has. */
interface Element {
  readonly $type: string;
  readonly [property: string]: unknown;
}

export async function readDiagram(xml: string): Promise<Diagram> {
  const { rootElement, warnings } = await new BpmnModdle().fromXML(xml);
  const root = elementOf(rootElement);
  const contents = elementsIn(root, 'rootElements').flatMap((element) => flowElementsIn(element));
  const drawn = elementsIn(root, 'diagrams').flatMap((diagram) =>
    elementsIn(elementOf(diagram['plane']), 'planeElement'),
  );
  const flowElements = contents.filter(({ $type }) => $type === 'bpmn:SequenceFlow');
  return {
    warnings: warnings.map(({ message }) => message),
    flowNodeIds: contents.filter((element) => !flowElements.includes(element)).map(idOf),
    flowIds: flowElements.map(idOf),
    namedFlowIds: flowElements.filter(({ name }) => name !== undefined).map(idOf),
    shapes: drawn.filter(({ $type }) => $type === 'bpmndi:BPMNShape').map((shape) => drawnAs(shape, shape)),
    labels: drawn
      .filter(({ label }) => label !== undefined)
      .map((shape) => drawnAs(shape, elementOf(shape['label']))),
    flows: drawn.filter(({ $type }) => $type === 'bpmndi:BPMNEdge').map(drawnFlow),
  };
}

function flowElementsIn(container: Element): readonly Element[] {
  const elements = elementsIn(container, 'flowElements');
  return [...elements, ...elements.flatMap(flowElementsIn)];
}

function drawnAs(shape: Element, bounded: Element): Drawn {
  const element = elementOf(shape['bpmnElement']);
  const { x, y, width, height } = elementOf(bounded['bounds']);
  const box = { x: Number(x), y: Number(y), width: Number(width), height: Number(height) };
  return { elementId: idOf(element), type: element.$type, box };
}

function drawnFlow(edge: Element): DrawnFlow {
  const flow = elementOf(edge['bpmnElement']);
  return {
    elementId: idOf(flow),
    sourceId: idOf(elementOf(flow['sourceRef'])),
    targetId: idOf(elementOf(flow['targetRef'])),
    waypoints: elementsIn(edge, 'waypoint').map(({ x, y }) => ({ x: Number(x), y: Number(y) })),
  };
}

function elementsIn(element: Element, property: string): readonly Element[] {
  const list: unknown = element[property];
  return Array.isArray(list) ? list.map(elementOf) : [];
}

function elementOf(value: unknown): Element {
  if (isElement(value)) return value;
  throw new Error(`Expected an element of the model but found ${String(value)}.`);
}

function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && '$type' in value;
}

function idOf(element: Element): string {
  return String(element['id']);
}
