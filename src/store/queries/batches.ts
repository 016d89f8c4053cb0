import type { BatchItemRow, BatchRow } from '../../runtime/ports.js';
import { batchItemTable, batchTable } from '../batches.js';
import type { Search } from './search.js';
import { searchFields } from './search-fields.js';

export const batchSearch: Search<BatchRow> = {
  table: batchTable.name,
  columns: batchTable.columns,
  decode: batchTable.decode,
  // Who is narrowed to processes sees the batches of its own.
  within: ({ bpmnProcessIds, user = '' }) =>
    bpmnProcessIds === undefined ? [] : [{ sql: 'batch.actor = ?', parameters: [user] }],
  idField: 'batchId',
  fields: searchFields(
    batchTable,
    ['batchId', 'operation', 'state', 'createdAt', 'total', 'done', 'failed'],
    ['endedAt'],
  ),
};

export const batchItemSearch: Search<BatchItemRow> = {
  table: batchItemTable.name,
  columns: batchItemTable.columns,
  decode: batchItemTable.decode,
  // Whoever reaches the batch reaches what it names.
  within: () => [],
  idField: 'processInstanceId',
  fields: searchFields(batchItemTable, ['batchId', 'processInstanceId', 'state'], ['code', 'endedAt']),
};
