import type { InstanceCommand } from '../command.js';

/**
 * Which commands a suspended instance takes. What moves a token on from outside waits; what a worker has done already is kept, and so is
 * what an administrator does: the steps that follow are postponed.
 */
export const isTakenWhileSuspended: Readonly<Record<InstanceCommand['type'], boolean>> = {
  cancelProcessInstance: true,
  suspendProcessInstance: true,
  resumeProcessInstance: true,
  modifyProcessInstance: true,
  setVariables: true,
  completeJob: true,
  throwJobError: true,
  exhaustJob: true,
  completeUserTask: false,
  throwUserTaskError: false,
  throwJobEscalation: true,
  throwUserTaskEscalation: false,
  escalateCall: false,
  triggerTimer: false,
  correlateMessage: false,
  triggerSignal: false,
  endCall: false,
  failCall: false,
  resolveIncident: true,
  activateElements: false,
};
