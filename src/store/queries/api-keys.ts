import type { ApiKeyRow } from '../../runtime/ports.js';
import { apiKeyTable } from '../api-keys.js';
import { noRows } from './reach-conditions.js';
import type { Search } from './search.js';
import { searchFields } from './search-fields.js';

export const apiKeySearch: Search<ApiKeyRow> = {
  table: apiKeyTable.name,
  columns: apiKeyTable.columns,
  decode: apiKeyTable.decode,
  // Who is narrowed in anything sees no keys, which may be wider.
  within: () => noRows,
  idField: 'apiKeyId',
  fields: searchFields(apiKeyTable, ['apiKeyId', 'createdAt']),
};
