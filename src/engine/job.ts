import { evaluateInteger, evaluateString } from './evaluate.js';
import type { Execution } from './execution.js';
import type { FlowNode, JobDefinition } from './process-model.js';
import { addDuration, parseDuration } from './time/duration.js';

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

/** Milliseconds that a job of the element, with so many retries before the try that failed, waits at least. */
export function retryPauseMs(element: FlowNode | undefined, retries: number, now: number): number {
  const pauses = (element && jobOf(element)?.retryPauses) ?? [];
  // Told from the end, as a worker or an administrator may give other retries: more than there are pauses begin with the first.
  const turn = Math.min(Math.max(0, pauses.length + 1 - retries), pauses.length - 1);
  const pause = pauses[turn];
  const duration = pause === undefined ? undefined : parseDuration(pause);
  return duration ? Math.max(0, addDuration(now, duration) - now) : 0;
}

function jobOf(element: FlowNode): JobDefinition | undefined {
  switch (element.type) {
    case 'serviceTask':
      return element.job;
    case 'sendTask':
      return element.send.kind === 'job' ? element.send.job : undefined;
    case 'scriptTask':
      return element.script.kind === 'job' ? element.script.job : undefined;
    case 'businessRuleTask':
      return element.rules.kind === 'job' ? element.rules.job : undefined;
    case 'intermediateThrowEvent':
    case 'endEvent': {
      const parts = element.event.kind === 'multipleThrow' ? element.event.parts : [element.event];
      for (const part of parts)
        if (part.kind === 'messageThrow' && part.send.kind === 'job') return part.send.job;
      return undefined;
    }
    default:
      return undefined;
  }
}
