import { evaluate } from '../evaluate.js';
import { createJob } from '../job.js';
import type { ScriptTask } from '../process-model.js';
import type { ElementBehavior } from './behavior.js';

/** BPMN 2.0.2 §13.3.3: upon activation the script is run, then the task completes. FEEL is pure and run at once; all else is a job. */
export const scriptTask: ElementBehavior<ScriptTask> = {
  activate(execution, element, key) {
    if (element.script.kind === 'job') return createJob(execution, element, key, element.script.job);
    const result = evaluate(element.script, execution.context(key));
    if (element.resultVariable !== undefined)
      execution.receiveResult(key, { [element.resultVariable]: result });
    execution.complete(key);
  },
};
