import { button, element } from '../element.js';
import { createBpmnViewer, type BpmnViewer } from './bpmn-viewer.js';
import { markKinds, type Mark } from './marks.js';
import { panByTouch } from './pan-by-touch.js';

const overlayType = 'counts';
const countPlace = { position: { top: -13, right: 16 }, scale: { min: 0.75, max: 1.25 } };
/** Smaller than this, names cannot be read; then a part of the diagram is shown. */
const readableZoom = 0.5;

/** The diagram of an instance, with what waits and what needs somebody marked on it. */
export interface Diagram {
  readonly host: HTMLElement;
  /** Draws a model, once. What cannot be drawn is told in its place. */
  draw(xml: string): Promise<void>;
  /** Marks the elements that are drawn, and no other. */
  mark(marks: readonly Mark[]): void;
  /** Says something where the diagram would be. */
  say(text: string): void;
}

/** An empty diagram that is taken down when `signal` aborts. */
export function createDiagram(signal: AbortSignal): Diagram {
  const canvas = element('div', { class: 'canvas' });
  const tools = element('div', { class: 'tools', role: 'group', 'aria-label': 'Size of the diagram' });
  const host = element(
    'div',
    { class: 'diagram' },
    canvas,
    element('div', { class: 'below' }, legend(), tools),
  );
  let viewer: BpmnViewer | undefined;
  let marked: readonly Mark[] = [];

  const say = (text: string): void => {
    canvas.replaceChildren(element('p', { class: 'muted' }, text));
    canvas.classList.add('nothing');
  };
  signal.addEventListener('abort', () => viewer?.destroy());
  return {
    host,
    say,
    async draw(xml) {
      const drawing = createBpmnViewer(canvas);
      try {
        await drawing.importXML(xml);
      } catch (error) {
        drawing.destroy();
        say(`The model cannot be drawn: ${error instanceof Error ? error.message : String(error)}.`);
        return;
      }
      if (signal.aborted) return drawing.destroy();
      viewer = drawing;
      fit(drawing);
      panByTouch(canvas, (by) => drawing.get('canvas').scroll(by));
      tools.replaceChildren(...zoomButtons(drawing));
    },
    mark(marks) {
      if (viewer === undefined) return;
      const registry = viewer.get('elementRegistry');
      const drawn = marks.filter(({ elementId }) => registry.get(elementId) !== undefined);
      replaceMarkers(viewer, marked, drawn);
      replaceCounts(viewer, drawn);
      if (marked.length === 0) showReadable(viewer, drawn);
      marked = drawn;
    },
  };
}

function fit(viewer: BpmnViewer): void {
  viewer.get('canvas').zoom('fit-viewport', 'auto');
}

/** Where the whole diagram is too small to read, what matters most in it is brought into view. */
function showReadable(viewer: BpmnViewer, marks: readonly Mark[]): void {
  const canvas = viewer.get('canvas');
  const most = markKinds.map((kind) => marks.findLast((mark) => mark.kind === kind));
  const first = most.find((mark) => mark !== undefined);
  if (first === undefined || canvas.zoom('fit-viewport', 'auto') >= readableZoom) return;
  canvas.zoom(readableZoom);
  canvas.scrollToElement(first.elementId);
}

function replaceMarkers(viewer: BpmnViewer, before: readonly Mark[], after: readonly Mark[]): void {
  const canvas = viewer.get('canvas');
  for (const { elementId, kind } of before) canvas.removeMarker(elementId, `is-${kind}`);
  for (const { elementId, kind } of after) canvas.addMarker(elementId, `is-${kind}`);
}

function replaceCounts(viewer: BpmnViewer, marks: readonly Mark[]): void {
  const overlays = viewer.get('overlays');
  overlays.remove({ type: overlayType });
  for (const { elementId, waiting, incidents } of marks) {
    const counts = [
      ...(waiting === 0 ? [] : [count('waiting', `${waiting}`, `${waiting} waiting here`)]),
      ...(incidents === 0 ? [] : [count('incident', `! ${incidents}`, `${incidents} with an incident here`)]),
    ];
    if (counts.length === 0) continue;
    const html = element('div', { class: 'counts' }, ...counts);
    overlays.add(elementId, overlayType, { ...countPlace, html });
  }
}

function count(kind: string, text: string, title: string): HTMLElement {
  return element('span', { class: `count ${kind}`, title }, text);
}

const legendWords: Readonly<Record<Mark['kind'], string>> = {
  incident: 'has an incident',
  waiting: 'waits here',
  holding: 'something within waits',
  passed: 'done',
};

function legend(): HTMLElement {
  const items = markKinds.map((kind) =>
    element('li', {}, element('span', { class: `swatch is-${kind}` }), legendWords[kind]),
  );
  return element('ul', { class: 'legend', 'aria-label': 'Legend' }, ...items);
}

function zoomButtons(viewer: BpmnViewer): readonly HTMLElement[] {
  const zoom = viewer.get('zoomScroll');
  return [
    button('−', { 'aria-label': 'Smaller' }, () => zoom.stepZoom(-1)),
    button('+', { 'aria-label': 'Larger' }, () => zoom.stepZoom(1)),
    button('Fit', { 'aria-label': 'Fit into the page' }, () => {
      fit(viewer);
    }),
  ];
}
