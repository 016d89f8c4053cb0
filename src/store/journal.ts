import type { JournalRow, JournalStore } from '../runtime/ports.js';
import { type Session, writeRow } from './session.js';
import { defineTable } from './table.js';

export const journalTable = defineTable<JournalRow>('journal', {
  tenantId: 'key',
  processInstanceId: 'key',
  processDefinitionId: 'key',
  at: 'integer',
  actor: 'text',
  traceparent: 'text',
  idempotencyKey: 'text',
  command: 'text',
  eventVersion: 'integer',
  events: 'json',
});

export function createJournalStore(session: Session): JournalStore {
  return { append: (row) => writeRow(session, journalTable.insert, row) };
}
