import { describe, flag } from '../model-element.js';
import type { ElementReader } from './element-reader.js';
import { isParallelGroup } from './instantiating-gateway.js';

/** Event-based gateway (BPMN 2.0.2 §10.6.6), which may start instances: by any of its events, or by all of them together. */
export const readEventBasedGateway: ElementReader = (element, { log }) => {
  const instantiate = flag(element, 'instantiate');
  const parallel = isParallelGroup(element);
  if (parallel && !instantiate) {
    const message = `Expected ${describe(element)} with eventGatewayType="Parallel" to have instantiate="true" (BPMN 2.0.2 §10.6.6), or to be a parallel gateway with the events behind it, but found neither.`;
    log.report('invalid-event-gateway', element, message);
  }
  return {
    type: 'eventBasedGateway',
    ...(instantiate && { instantiate }),
    ...(parallel && { parallel }),
  };
};
