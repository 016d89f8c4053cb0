import { evaluateInteger, evaluateString, evaluateStrings } from '../evaluate.js';
import { evaluateInstant } from '../event-definitions/timer.js';
import type { UserTask } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';

const DEFAULT_PRIORITY = 50;
const PRIORITY_RANGE = [0, 100] as const;

/** BPMN 2.0.2 §13.3.3: waits for the person and completes when the task's user says so. */
export const userTask: ElementBehavior<UserTask> = {
  activate(execution, element, key) {
    const { task, id, name } = element;
    const context = execution.context(key);
    const of = (what: string) => `the ${what} of "${id}"`;
    const assignee = task.assignee && evaluateString(task.assignee, context, of('assignee'));
    const dueAt = task.dueDate && evaluateInstant(task.dueDate, context, of('due date'));
    const followUpAt = task.followUpDate && evaluateInstant(task.followUpDate, context, of('follow-up date'));
    const candidates = {
      candidateGroups: task.candidateGroups
        ? evaluateStrings(task.candidateGroups, context, of('candidate groups'))
        : [],
      candidateUsers: task.candidateUsers
        ? evaluateStrings(task.candidateUsers, context, of('candidate users'))
        : [],
    };
    const priority = task.priority
      ? evaluateInteger(task.priority, context, of('priority'), PRIORITY_RANGE)
      : DEFAULT_PRIORITY;
    const userTaskKey = execution.nextKey();
    execution.emit({ type: 'userTaskCreated', key, userTaskKey });
    execution.effect({
      type: 'createUserTask',
      userTaskKey,
      elementInstanceKey: key,
      elementId: id,
      ...(name === undefined ? {} : { name }),
      ...(assignee === undefined ? {} : { assignee }),
      ...candidates,
      ...(dueAt === undefined ? {} : { dueAt }),
      ...(followUpAt === undefined ? {} : { followUpAt }),
      priority,
      ...(task.formId === undefined ? {} : { formId: task.formId }),
      headers: task.headers,
    });
  },
};
