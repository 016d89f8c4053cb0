import type { z } from 'zod';
import type { elementInstance, timer } from '../../contract/process-instance-history.js';
import { idOf } from '../../runtime/ids.js';
import type { TimerRow } from '../../runtime/ports.js';
import type { ElementInstanceView } from '../../runtime/queries.js';
import { optionalTimeText, timeText } from './time-text.js';

/** An element instance as the contract shows it. */
export function elementInstanceView(row: ElementInstanceView): z.input<typeof elementInstance> {
  return {
    elementInstanceId: row.elementInstanceId,
    elementId: row.elementId,
    elementName: row.elementName,
    elementType: row.elementType,
    state: row.state,
    startedAt: timeText(row.startedAt),
    endedAt: optionalTimeText(row.endedAt),
    parentElementInstanceId: row.parentElementInstanceId,
    incidentId: row.incidentId,
  };
}

/** A timer of the process instance as the contract shows it. */
export function timerView(processInstanceId: string, row: TimerRow): z.input<typeof timer> {
  return {
    timerId: row.timerId,
    elementId: row.elementId,
    elementInstanceId: idOf(processInstanceId, row.elementInstanceKey ?? 0),
    dueAt: timeText(row.dueAt),
    repetitionsLeft: row.repetitionsLeft,
  };
}
