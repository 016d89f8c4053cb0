import { attribute, child, children, flag } from '../model-element.js';
import type { ModelElement } from '../model-element.js';

/** What starts an instance behind a gateway: any of the events, or the first of all, which the instance waits for then. */
export type StartingGroup = 'exclusive' | 'parallel';

const targetsByScope = new WeakMap<ModelElement, ReadonlyMap<ModelElement, StartingGroup>>();

/** Whether an element follows an event-based gateway that instantiates, so that there may be no instance yet when its event occurs, and of which kind. */
export function startsBehindGateway(element: ModelElement): StartingGroup | undefined {
  const { $parent: scope } = element;
  if (scope === undefined) return undefined;
  const known = targetsByScope.get(scope) ?? targetsIn(scope);
  targetsByScope.set(scope, known);
  return known.get(element);
}

/** Whether the gateway's events are a group, all of which one instance waits for (BPMN 2.0.2 §10.6.6). */
export function isParallelGroup(gateway: ModelElement): boolean {
  return attribute(gateway, 'eventGatewayType') === 'Parallel';
}

function targetsIn(scope: ModelElement): ReadonlyMap<ModelElement, StartingGroup> {
  const flows = children(scope, 'flowElements').filter(({ $type }) => $type === 'bpmn:SequenceFlow');
  return new Map(
    flows.flatMap((flow) => {
      const source = child(flow, 'sourceRef');
      const target = child(flow, 'targetRef');
      if (source?.$type !== 'bpmn:EventBasedGateway' || !flag(source, 'instantiate')) return [];
      const group = isParallelGroup(source) ? 'parallel' : 'exclusive';
      return target === undefined ? [] : [[target, group] as const];
    }),
  );
}
