import type { ExhaustJob } from '../command.js';
import type { Execution } from '../execution.js';
import type { Rejection } from '../rejection.js';
import { findWait } from './find-wait.js';

/** The job has failed for the last time: an incident at its element, until somebody resolves it. */
export function exhaustJob(execution: Execution, command: ExhaustJob): Rejection | undefined {
  const found = findWait(execution, 'job', command);
  if ('rejection' in found) return found.rejection;
  execution.raiseIncident(
    command.elementInstanceKey,
    'job-retries-exhausted',
    command.errorMessage,
    'job',
    found.wait.key,
  );
  return undefined;
}
