import type { ElementType, FlowNode } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';
import { adHocSubProcess } from './ad-hoc-sub-process.js';
import { boundaryEvent } from './boundary-event.js';
import { businessRuleTask } from './business-rule-task.js';
import { callActivity } from './call-activity.js';
import { endEvent } from './end-event.js';
import { eventBasedGateway } from './event-based-gateway.js';
import { exclusiveGateway } from './exclusive-gateway.js';
import { inclusiveGateway } from './inclusive-gateway.js';
import { intermediateCatchEvent } from './intermediate-catch-event.js';
import { intermediateThrowEvent } from './intermediate-throw-event.js';
import { parallelGateway } from './parallel-gateway.js';
import { passThrough } from './pass-through.js';
import { receiveTask } from './receive-task.js';
import { scriptTask } from './script-task.js';
import { sendTask } from './send-task.js';
import { serviceTask } from './service-task.js';
import { startEvent } from './start-event.js';
import { subProcess } from './sub-process.js';
import { transaction } from './transaction.js';
import { userTask } from './user-task.js';

type Registry = { readonly [T in ElementType]: ElementBehavior<Extract<FlowNode, { type: T }>> };

const registry: Registry = {
  startEvent,
  endEvent,
  intermediateCatchEvent,
  intermediateThrowEvent,
  boundaryEvent,
  task: passThrough,
  manualTask: passThrough,
  userTask,
  serviceTask,
  sendTask,
  scriptTask,
  businessRuleTask,
  receiveTask,
  exclusiveGateway,
  parallelGateway,
  inclusiveGateway,
  eventBasedGateway,
  subProcess,
  adHocSubProcess,
  transaction,
  callActivity,
};

/** The behaviour of an element. The one place where the registry's types are widened: its keys guarantee the match. */
export function behaviorOf(element: FlowNode): ElementBehavior<FlowNode> {
  return registry[element.type];
}
