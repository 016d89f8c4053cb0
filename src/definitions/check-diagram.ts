import type { DiagnosticLog } from './diagnostic.js';
import { child, children, describe, flag } from './model-element.js';
import type { ModelElement } from './model-element.js';

/** Tells which executable processes nothing of which is drawn (BPMN 2.0.2 clause 12): they run, but nobody can look at them. */
export function checkDiagram(definitions: ModelElement, log: DiagnosticLog): void {
  const shown = new Set(
    children(definitions, 'diagrams')
      .flatMap((diagram) => child(diagram, 'plane') ?? [])
      .flatMap((plane) => children(plane, 'planeElement'))
      .map((shape) => child(shape, 'bpmnElement')),
  );
  for (const process of children(definitions, 'rootElements')) {
    if (process.$type !== 'bpmn:Process' || !flag(process, 'isExecutable')) continue;
    if (children(process, 'flowElements').some((element) => shown.has(element))) continue;
    const message = `Expected a drawing (bpmndi:BPMNDiagram) of ${describe(process)} but found none: it runs, but cannot be shown.`;
    log.report('no-diagram', process, message);
  }
}
