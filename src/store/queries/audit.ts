import type { AuditRow } from '../../runtime/ports.js';
import { auditTable } from '../audit.js';
import { noRows } from './reach-conditions.js';
import type { Search } from './search.js';
import { searchFields } from './search-fields.js';

export const auditSearch: Search<AuditRow> = {
  table: auditTable.name,
  columns: auditTable.columns,
  decode: auditTable.decode,
  // Entries are of everything in the tenant: who is narrowed to some of it sees none.
  within: ({ withoutVariables: _withoutVariables, user: _user, ...narrowed }) =>
    Object.values(narrowed).some((names) => names !== undefined) ? noRows : [],
  idField: 'auditId',
  fields: searchFields(
    auditTable,
    ['auditId', 'at', 'operation', 'principalId', 'principalKind'],
    [
      ...(['principalName', 'targetId', 'processInstanceId', 'batchId'] as const),
      ...(['sourceAddress', 'requestId', 'traceId'] as const),
    ],
  ),
};
