import type { EventHead } from './public-event.js';

/** Which events somebody wants. All that is given has to hold; of each list, one. */
export interface EventFilter {
  readonly tenantId: string;
  /** Names of types without the prefix; one that ends in `.*` stands for all that begin so. */
  readonly types?: readonly string[];
  readonly processInstanceIds?: readonly string[];
  readonly processDefinitionIds?: readonly string[];
  readonly bpmnProcessIds?: readonly string[];
  readonly businessKeys?: readonly string[];
  /** What somebody may see, besides what is wanted; default everything of the tenant. */
  readonly mayBeSeen?: EventVisibility;
}

/** What a grant can be about. */
export interface EventOrigin {
  readonly tenantId: string;
  /** Absent where the event is about no process instance. */
  readonly processInstanceId?: string;
  readonly processDefinitionId?: string;
  readonly bpmnProcessId?: string;
  readonly businessKey?: string;
}

/** Whether events of that origin may be seen. */
export type EventVisibility = (origin: EventOrigin) => boolean;

/** Whether somebody with the filter is told of the event. */
export function isWanted({ type, entry }: EventHead, filter: EventFilter): boolean {
  const { types, processInstanceIds, processDefinitionIds, bpmnProcessIds, businessKeys } = filter;
  return (
    entry.tenantId === filter.tenantId &&
    (types === undefined || types.some((wanted) => isOfType(type, wanted))) &&
    isAmong(entry.processInstanceId, processInstanceIds) &&
    isAmong(entry.processDefinitionId, processDefinitionIds) &&
    isAmong(entry.bpmnProcessId, bpmnProcessIds) &&
    isAmong(entry.businessKey, businessKeys) &&
    (filter.mayBeSeen === undefined || filter.mayBeSeen(originOf(entry)))
  );
}

function isOfType(type: string, wanted: string): boolean {
  return wanted.endsWith('.*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

function isAmong(value: string | undefined, wanted: readonly string[] | undefined): boolean {
  return wanted === undefined || (value !== undefined && wanted.includes(value));
}

function originOf({
  tenantId,
  processInstanceId,
  processDefinitionId,
  bpmnProcessId,
  businessKey,
}: EventHead['entry']): EventOrigin {
  return {
    tenantId,
    ...(processInstanceId === '' ? {} : { processInstanceId, processDefinitionId }),
    ...(bpmnProcessId === undefined ? {} : { bpmnProcessId }),
    ...(businessKey === undefined ? {} : { businessKey }),
  };
}
