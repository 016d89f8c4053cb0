import type { ElementInstanceRow, ElementInstanceStore } from '../runtime/ports.js';
import { type Session, writeRow } from './session.js';
import { defineTable } from './table.js';

/** The id is no column: it is made of the instance's id and the key. */
type StoredElementInstance = Omit<ElementInstanceRow, 'elementInstanceId'>;

export const elementInstanceTable = defineTable<StoredElementInstance>('element_instance', {
  processInstanceId: 'key',
  elementInstanceKey: 'integer',
  tenantId: 'key',
  processDefinitionId: 'key',
  elementId: 'key',
  elementName: 'text',
  elementType: 'text',
  state: 'key',
  parentElementInstanceKey: 'integer',
  startedAt: 'integer',
  endedAt: 'integer',
});

const end = elementInstanceTable.update(['state', 'endedAt'], ['processInstanceId', 'elementInstanceKey']);

const move = elementInstanceTable.update(
  ['elementId', 'elementName', 'processDefinitionId'],
  ['processInstanceId', 'elementInstanceKey'],
);

/** What the world calls an element instance. */
export function elementInstanceId(processInstanceId: string, elementInstanceKey: number): string {
  return `${processInstanceId}-${elementInstanceKey}`;
}

export function createElementInstanceStore(session: Session): ElementInstanceStore {
  return {
    insert(rows) {
      for (const row of rows) writeRow(session, elementInstanceTable.insert, row);
    },
    move(processInstanceId, processDefinitionId, moved) {
      for (const one of moved) writeRow(session, move, { processInstanceId, processDefinitionId, ...one });
    },
    end(processInstanceId, ended) {
      for (const one of ended) writeRow(session, end, { processInstanceId, ...one });
    },
  };
}
