import type { z } from 'zod';
import type { auditEntry } from '../../contract/audit-entries.js';
import { withVariables } from '../../runtime/audit-entry.js';
import type { Redaction } from '../../platform/redaction.js';
import type { AuditRow } from '../../runtime/ports.js';
import { timeText } from './time-text.js';

/** An entry as the contract shows it. A variable whose name was configured after the change is told no more either. */
export function auditView(row: AuditRow, redact: Redaction): z.input<typeof auditEntry> {
  const { at, before, after, ...entry } = row;
  return {
    ...entry,
    at: timeText(at),
    ...(before === undefined ? {} : { before: withVariables(before, redact) }),
    ...(after === undefined ? {} : { after: withVariables(after, redact) }),
  };
}
