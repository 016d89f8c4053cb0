import { evaluateInteger, evaluateString } from './evaluate.js';
import type { Execution } from './execution.js';
import type { FlowNode, JobDefinition } from './process-model.js';

const RETRIES_RANGE = [1, 1_000_000] as const;
const PRIORITY_RANGE = [-2_147_483_648, 2_147_483_647] as const;

/** Opens a job that a worker does; the element waits for it. */
export function createJob(execution: Execution, element: FlowNode, key: number, job: JobDefinition): void {
  prepareJob(execution, element, key, job)();
}

/** Evaluates what a job needs and answers how to open it. @throws IncidentError */
export function prepareJob(
  execution: Execution,
  element: FlowNode,
  key: number,
  job: JobDefinition,
): () => void {
  const context = execution.context(key);
  const of = (what: string) => `the ${what} of "${element.id}"`;
  const jobType = evaluateString(job.jobType, context, of('job type'));
  const retries = evaluateInteger(job.retries, context, of('retries'), RETRIES_RANGE);
  const priority = job.priority ? evaluateInteger(job.priority, context, of('priority'), PRIORITY_RANGE) : 0;
  return () => {
    const jobKey = execution.nextKey();
    execution.emit({ type: 'jobCreated', key, jobKey, jobType, retries });
    execution.effect({
      type: 'createJob',
      jobKey,
      elementInstanceKey: key,
      elementId: element.id,
      jobType,
      retries,
      priority,
      headers: job.headers,
    });
  };
}
