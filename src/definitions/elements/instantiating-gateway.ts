import { child, children, flag } from '../model-element.js';
import type { ModelElement } from '../model-element.js';

const targetsByScope = new WeakMap<ModelElement, ReadonlySet<ModelElement>>();

/** Whether an element follows an event-based gateway that instantiates, so that there is no instance yet when its event occurs. */
export function startsBehindGateway(element: ModelElement): boolean {
  const { $parent: scope } = element;
  if (scope === undefined) return false;
  const known = targetsByScope.get(scope) ?? targetsIn(scope);
  targetsByScope.set(scope, known);
  return known.has(element);
}

function targetsIn(scope: ModelElement): ReadonlySet<ModelElement> {
  const flows = children(scope, 'flowElements').filter(({ $type }) => $type === 'bpmn:SequenceFlow');
  return new Set(
    flows.flatMap((flow) => {
      const source = child(flow, 'sourceRef');
      const target = child(flow, 'targetRef');
      const starts = source?.$type === 'bpmn:EventBasedGateway' && flag(source, 'instantiate');
      return starts && target !== undefined ? [target] : [];
    }),
  );
}
