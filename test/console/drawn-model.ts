import { xmlElement } from '../support/xml-text.js';

const namespaces = {
  'xmlns:bpmndi': 'http://www.omg.org/spec/BPMN/20100524/DI',
  'xmlns:dc': 'http://www.omg.org/spec/DD/20100524/DC',
};

/** A plane: the element that it draws, and those on it, side by side. */
export interface Plane {
  readonly elementId: string;
  readonly drawn: readonly string[];
}

/** A model with a diagram of its planes. Sequence flows are not drawn, and sub-processes are collapsed. */
export function drawnModel(xml: string, planes: readonly Plane[]): string {
  const diagrams = planes.flatMap(({ elementId, drawn }, index) => {
    const shapes = drawn.flatMap((id, place) => shape(id, place));
    const plane = xmlElement('bpmndi:BPMNPlane', { id: `plane_${index}`, bpmnElement: elementId }, shapes);
    return xmlElement('bpmndi:BPMNDiagram', { id: `diagram_${index}`, ...namespaces }, plane);
  });
  return xml.replace('</bpmn:definitions>', `${diagrams.join('\n')}\n</bpmn:definitions>`);
}

function shape(elementId: string, place: number): readonly string[] {
  const bounds = { x: 100 + place * 150, y: 100, width: 100, height: 80 };
  return xmlElement(
    'bpmndi:BPMNShape',
    { id: `shape_${elementId}`, bpmnElement: elementId, isExpanded: false },
    xmlElement('dc:Bounds', bounds),
  );
}
