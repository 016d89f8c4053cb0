/** The parts of bpmn-js's viewer that this page uses (https://github.com/bpmn-io/bpmn-js). */
export interface BpmnViewer {
  importXML(xml: string): Promise<{ readonly warnings: readonly string[] }>;
  get(name: 'canvas'): Canvas;
  get(name: 'overlays'): Overlays;
  get(name: 'elementRegistry'): ElementRegistry;
  get(name: 'zoomScroll'): ZoomScroll;
  destroy(): void;
}

interface Canvas {
  zoom(level: 'fit-viewport' | number, center?: 'auto'): number;
  scroll(by: { readonly dx: number; readonly dy: number }): void;
  scrollToElement(elementId: string): void;
  addMarker(elementId: string, marker: string): void;
  removeMarker(elementId: string, marker: string): void;
}

interface Overlays {
  add(elementId: string, type: string, overlay: OverlayOptions): string;
  remove(filter: { readonly type: string }): void;
}

interface OverlayOptions {
  /** Pixels of the diagram from the edges of the element. */
  readonly position: { readonly top: number; readonly right: number };
  /** How far it grows and shrinks with the diagram. */
  readonly scale: { readonly min: number; readonly max: number };
  readonly html: HTMLElement;
}

interface ElementRegistry {
  get(elementId: string): object | undefined;
}

interface ZoomScroll {
  stepZoom(steps: number): void;
}

interface ViewerOptions {
  readonly container: HTMLElement;
  readonly bpmnRenderer: {
    readonly defaultFillColor: string;
    readonly defaultStrokeColor: string;
    readonly defaultLabelColor: string;
  };
}

declare global {
  /** What the script bpmn-js/navigated-viewer.js leaves behind. */
  var BpmnJS: (new (options: ViewerOptions) => BpmnViewer) | undefined;
}

/** A viewer within an element, in the colours of the page. Throws when its script has not been loaded. */
export function createBpmnViewer(container: HTMLElement): BpmnViewer {
  const Viewer = globalThis.BpmnJS;
  if (Viewer === undefined) throw new Error('The viewer for diagrams could not be loaded.');
  return new Viewer({
    container,
    bpmnRenderer: {
      defaultFillColor: 'var(--surface)',
      defaultStrokeColor: 'var(--line-strong)',
      defaultLabelColor: 'var(--text)',
    },
  });
}
