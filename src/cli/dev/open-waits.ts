import type { ElementNode, InstanceNode } from '../read-tree.js';
import type { Wait } from '../waits.js';

/** A wait of an instance or of one that it has called, with what it is called by. */
export interface OpenWait {
  readonly wait: Wait;
  readonly processInstanceId: string;
  /** The element that waits, or that catches the event. */
  readonly elementId: string;
  readonly elementName: string | undefined;
  /** The same wait has the same, whenever it is read. */
  readonly identity: string;
}

/** Everything that is waited for. */
export function openWaits(instance: InstanceNode): readonly OpenWait[] {
  const { processInstanceId } = instance;
  return [
    ...instance.waits.map((wait) => openWait(wait, processInstanceId, undefined)),
    ...instance.elements.flatMap((element) => waitsOf(element, processInstanceId)),
  ];
}

function waitsOf(element: ElementNode, processInstanceId: string): readonly OpenWait[] {
  return [
    ...element.waits.map((wait) => openWait(wait, processInstanceId, element)),
    ...element.called.flatMap(openWaits),
    ...element.children.flatMap((child) => waitsOf(child, processInstanceId)),
  ];
}

function openWait(wait: Wait, processInstanceId: string, element: ElementNode | undefined): OpenWait {
  const elementId = 'elementId' in wait ? wait.elementId : (element?.elementId ?? '');
  return {
    wait,
    processInstanceId,
    elementId,
    elementName: elementId === element?.elementId ? element.elementName : undefined,
    identity: [element?.elementInstanceId ?? processInstanceId, elementId, idOf(wait)].join(' '),
  };
}

function idOf(wait: Wait): string {
  switch (wait.kind) {
    case 'userTask':
      return wait.userTaskId;
    case 'job':
      return wait.jobId;
    case 'timer':
      return wait.timerId;
    case 'message':
      return `message ${wait.name} ${wait.correlationKey ?? ''}`;
    case 'signal':
    case 'condition':
      return `${wait.kind} ${wait.name}`;
  }
}

/** What to type so that it goes on; undefined where nothing that can be typed does it. */
export function hintFor({ wait, elementId }: OpenWait): string | undefined {
  switch (wait.kind) {
    case 'userTask':
      return `complete ${elementId} {}`;
    case 'job':
      return wait.retries > 0 ? `job ${elementId} {}` : 'retry';
    case 'timer':
      return `timer ${elementId}`;
    case 'message':
      return `message ${wait.name} {}`;
    case 'signal':
      return `signal ${wait.name} {}`;
    case 'condition':
      return undefined;
  }
}

/** The waits of one kind that a name means: that of the element or its id, or of the work itself. Without a name, all. */
export function waitsNamed<Kind extends Wait['kind']>(
  waits: readonly OpenWait[],
  kind: Kind,
  name: string | undefined,
) {
  const isKind = (one: OpenWait): one is OpenWait & { readonly wait: Wait & { readonly kind: Kind } } =>
    one.wait.kind === kind;
  return waits
    .filter(isKind)
    .filter(
      ({ elementId, elementName, wait }) =>
        name === undefined || [elementId, elementName, idOf(wait)].includes(name),
    );
}
