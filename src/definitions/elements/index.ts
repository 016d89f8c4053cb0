import type { ElementType } from '../../engine/process-model.js';
import { readAdHocSubProcess } from './ad-hoc-sub-process.js';
import { readBoundaryEvent } from './boundary-event.js';
import { readBusinessRuleTask } from './business-rule-task.js';
import { readCallActivity } from './call-activity.js';
import type { ElementReader } from './element-reader.js';
import { readEndEvent } from './end-event.js';
import { readEventBasedGateway } from './event-based-gateway.js';
import { readExclusiveGateway } from './exclusive-gateway.js';
import { readInclusiveGateway } from './inclusive-gateway.js';
import { readIntermediateCatchEvent } from './intermediate-catch-event.js';
import { readIntermediateThrowEvent } from './intermediate-throw-event.js';
import { readManualTask } from './manual-task.js';
import { readParallelGateway } from './parallel-gateway.js';
import { readReceiveTask } from './receive-task.js';
import { readScriptTask } from './script-task.js';
import { readSendTask } from './send-task.js';
import { readServiceTask } from './service-task.js';
import { readStartEvent } from './start-event.js';
import { readSubProcess } from './sub-process.js';
import { readTask } from './task.js';
import { readTransaction } from './transaction.js';
import { readUserTask } from './user-task.js';

type BpmnType = `bpmn:${Capitalize<ElementType>}`;

const readers = {
  'bpmn:Task': readTask,
  'bpmn:ManualTask': readManualTask,
  'bpmn:UserTask': readUserTask,
  'bpmn:ServiceTask': readServiceTask,
  'bpmn:SendTask': readSendTask,
  'bpmn:ReceiveTask': readReceiveTask,
  'bpmn:ScriptTask': readScriptTask,
  'bpmn:BusinessRuleTask': readBusinessRuleTask,
  'bpmn:CallActivity': readCallActivity,
  'bpmn:SubProcess': readSubProcess,
  'bpmn:AdHocSubProcess': readAdHocSubProcess,
  'bpmn:Transaction': readTransaction,
  'bpmn:ExclusiveGateway': readExclusiveGateway,
  'bpmn:ParallelGateway': readParallelGateway,
  'bpmn:InclusiveGateway': readInclusiveGateway,
  'bpmn:EventBasedGateway': readEventBasedGateway,
  'bpmn:StartEvent': readStartEvent,
  'bpmn:EndEvent': readEndEvent,
  'bpmn:IntermediateCatchEvent': readIntermediateCatchEvent,
  'bpmn:IntermediateThrowEvent': readIntermediateThrowEvent,
  'bpmn:BoundaryEvent': readBoundaryEvent,
} satisfies Record<BpmnType, ElementReader>;

/** One reader per kind of flow node that the engine executes, by BPMN's type. */
export const elementReaders: ReadonlyMap<string, ElementReader> = new Map(Object.entries(readers));
