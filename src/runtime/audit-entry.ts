import type { JsonValue } from '../engine/json.js';
import type { AuditOrigin } from '../platform/audit-origin.js';
import type { Redaction } from '../platform/redaction.js';
import type { AuditedState, AuditRow } from './audit.js';
import type { AuditNote } from './audit-note.js';
import { partsOf } from './ids.js';

/** Bounds of one entry, in characters of JSON. */
export const auditLimits = {
  /** One value of a variable; of a longer one its length is told. */
  value: 4_096,
  /** Everything before, and everything after. */
  state: 65_536,
} as const;

/** The entry of a change. */
export function auditEntry(
  origin: AuditOrigin,
  note: Pick<AuditNote, 'targets' | 'before' | 'after'>,
  place: Pick<AuditRow, 'auditId' | 'tenantId' | 'at'> & { readonly traceparent?: string },
  redact: Redaction,
): AuditRow {
  const { operation, principalId, principalName, principalKind, sourceAddress, requestId } = origin;
  const { traceparent, ...own } = place;
  const targets = { ...origin.targets, ...note.targets };
  const targetId = Object.values(targets).at(-1);
  const processInstanceId = targets['processInstanceId'] ?? instanceOf(targets);
  const { batchId } = targets;
  const { before, after } = note;
  return {
    ...own,
    operation,
    principalId,
    ...(principalName === undefined ? {} : { principalName }),
    principalKind,
    ...(targetId === undefined ? {} : { targetId }),
    ...(processInstanceId === undefined ? {} : { processInstanceId }),
    ...(batchId === undefined ? {} : { batchId }),
    targets,
    ...(sourceAddress === undefined ? {} : { sourceAddress }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(traceparent === undefined ? {} : { traceId: traceparent.slice(3, 35) }),
    ...(before === undefined ? {} : { before: bounded(before, redact) }),
    ...(after === undefined ? {} : { after: bounded(after, redact) }),
  };
}

/** Jobs, tasks and incidents have the id of their instance in their own. */
function instanceOf(targets: Readonly<Record<string, string>>): string | undefined {
  for (const id of Object.values(targets)) {
    const parts = partsOf(id);
    if (parts !== undefined) return parts.processInstanceId;
  }
  return undefined;
}

function bounded(state: AuditedState, redact: Redaction): AuditedState {
  const told = withVariables(state, (variables) => shortened(redact(variables)));
  const { length } = JSON.stringify(told);
  return length <= auditLimits.state ? told : { omitted: `${length} characters` };
}

/** The state with its variables as `change` makes them; undefined leaves them out. */
export function withVariables(
  state: AuditedState,
  change: (variables: AuditedState) => AuditedState | undefined,
): AuditedState {
  return Object.fromEntries(
    Object.entries(state).flatMap(([name, value]): [string, JsonValue][] => {
      if (name !== 'variables' || !isState(value)) return [[name, inside(value, change)]];
      const changed = change(value);
      return changed === undefined ? [] : [[name, changed]];
    }),
  );
}

function inside(value: JsonValue, change: Parameters<typeof withVariables>[1]): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => inside(item, change));
  return isState(value) ? withVariables(value, change) : value;
}

function isState(value: JsonValue): value is AuditedState {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shortened(variables: AuditedState): AuditedState {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => {
      const { length } = JSON.stringify(value);
      return [name, length <= auditLimits.value ? value : `(${length} characters)`];
    }),
  );
}
