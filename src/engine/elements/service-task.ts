import { createJob } from '../job.js';
import type { ServiceTask } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';

/** BPMN 2.0.2 §13.3.3: the service is invoked, here as a job; the task completes when the service does. */
export const serviceTask: ElementBehavior<ServiceTask> = {
  activate: (execution, element, key) => createJob(execution, element, key, element.job),
};
