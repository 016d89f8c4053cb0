import type { EventVisibility } from './event-filter.js';
import { isWithinProcesses, type Reach } from '../runtime/reach.js';

/** What a caller is told of: what happens in the processes that it reaches. Who is narrowed to some is not told of the server itself. */
export function eventsInReach(reach: Reach): EventVisibility {
  return ({ bpmnProcessId }) =>
    bpmnProcessId === undefined
      ? reach.bpmnProcessIds === undefined
      : isWithinProcesses(reach, bpmnProcessId);
}
