import type { ResolveIncident } from '../command.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';

/** How many retries a job gets whose incident was resolved. */
const RETRIES_AFTER_INCIDENT = 1;

/** Takes the step again that could not be taken; if it fails again, that is a new incident. */
export function resolveIncident(execution: Execution, command: ResolveIncident): Rejection | undefined {
  const key = command.elementInstanceKey;
  const incident = execution.find(key)?.incident;
  if (incident?.key !== command.incidentKey) {
    const message = `Expected incident ${command.incidentKey} of ${execution.state.processInstanceId} to be open but it is not.`;
    return { code: 'invalid-state', message };
  }
  execution.resolveOpenIncident(key);
  switch (incident.step) {
    case 'activate':
    case 'perform':
    case 'complete':
      execution.takeAgain(key, incident.step);
      return undefined;
    case 'job':
      retryJob(execution, key);
      return undefined;
    case 'condition':
      execution.conditions.lookAt(key);
      return undefined;
    default:
      return incident.step satisfies never;
  }
}

function retryJob(execution: Execution, key: number): void {
  const job = execution.instance(key).waits?.find(({ kind }) => kind === 'job');
  if (!job) return;
  execution.emit({ type: 'jobRetried', key, jobKey: job.key });
  execution.effect({ type: 'retryJob', jobKey: job.key, retries: RETRIES_AFTER_INCIDENT });
}
