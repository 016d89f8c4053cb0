import type { InstanceCommand } from '../command.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import { activateElements } from './activate-elements.js';
import { cancelProcessInstance } from './cancel-process-instance.js';
import { completeJob } from './complete-job.js';
import { completeUserTask } from './complete-user-task.js';
import { correlateMessage } from './correlate-message.js';
import { escalateCall } from './escalate-call.js';
import { endCall } from './end-call.js';
import { exhaustJob } from './exhaust-job.js';
import { failCall } from './fail-call.js';
import { modifyProcessInstance } from './modify-process-instance.js';
import { resolveIncident } from './resolve-incident.js';
import { resumeProcessInstance } from './resume-process-instance.js';
import { setVariables } from './set-variables.js';
import { suspendProcessInstance } from './suspend-process-instance.js';
import { throwJobEscalation } from './throw-job-escalation.js';
import { throwUserTaskEscalation } from './throw-user-task-escalation.js';
import { throwJobError } from './throw-job-error.js';
import { throwUserTaskError } from './throw-user-task-error.js';
import { triggerSignal } from './trigger-signal.js';
import { triggerTimer } from './trigger-timer.js';

export type { InstanceCommand } from '../command.js';

/** Checks the command against the state, then emits what it means. A rejection has emitted nothing. */
export type CommandHandler<C extends InstanceCommand> = (
  execution: Execution,
  command: C,
) => Rejection | undefined;

const handlers: {
  readonly [T in InstanceCommand['type']]: CommandHandler<Extract<InstanceCommand, { type: T }>>;
} = {
  cancelProcessInstance,
  suspendProcessInstance,
  resumeProcessInstance,
  modifyProcessInstance,
  setVariables,
  completeJob,
  throwJobError,
  exhaustJob,
  completeUserTask,
  throwUserTaskError,
  throwJobEscalation,
  throwUserTaskEscalation,
  escalateCall,
  triggerTimer,
  correlateMessage,
  triggerSignal,
  endCall,
  failCall,
  resolveIncident,
  activateElements,
};

/** The handler of a command. The one place where the registry's types are widened: its keys guarantee the match. */
export function handlerOf(command: InstanceCommand): CommandHandler<InstanceCommand> {
  return handlers[command.type] as CommandHandler<InstanceCommand>;
}
