import { isSameTrace, type TraceSpan } from '../platform/tracing.js';
import type { ProcessInstanceRow } from './ports.js';
import type { Unit } from './unit.js';

type Journey = Pick<ProcessInstanceRow, 'processInstanceId' | 'tenantId' | 'bpmnProcessId' | 'traceparent'>;

/**
 * Begins to tell of a command of an instance, in the trace of its journey. A request with a trace of its own is linked: one trace follows
 * the journey, whoever moves it on.
 */
export function beginCommand(
  { tracing, context, beganAt }: Unit,
  command: string,
  { processInstanceId, tenantId, bpmnProcessId, traceparent: own }: Journey,
): TraceSpan | undefined {
  if (tracing === undefined) return undefined;
  const { traceparent: asked } = context;
  const isOwn = own === undefined || asked === undefined || isSameTrace(own, asked);
  return tracing.begin(command, {
    parent: isOwn ? (asked ?? own) : own,
    links: isOwn ? [] : [asked],
    ...(beganAt === undefined ? {} : { beganAt }),
    attributes: {
      'throughline.command': command,
      'throughline.process_instance.id': processInstanceId,
      'throughline.process.id': bpmnProcessId,
      'throughline.tenant.id': tenantId,
    },
  });
}
