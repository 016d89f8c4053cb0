import type { ApiKeyRow, ApiKeyStore } from '../runtime/ports.js';
import { perDialect } from './dialect.js';
import { type Session, writeRow } from './session.js';
import { integerOf, toSqlValue } from './sql-value.js';
import { isOfTenant, statement, tenantStatement } from './statement.js';
import { defineTable } from './table.js';

export const apiKeyTable = defineTable<ApiKeyRow>('api_key', {
  apiKeyId: 'key',
  tenantId: 'key',
  name: 'text',
  digest: 'text',
  roles: 'json',
  grants: 'json',
  createdAt: 'integer',
  createdBy: 'text',
  expiresAt: 'integer',
  revokedAt: 'integer',
  revokedBy: 'text',
  lastUsedAt: 'integer',
});

/** Whose key it is, is what is asked: of any tenant. */
export const findApiKey = statement(`SELECT ${apiKeyTable.columns} FROM api_key WHERE api_key_id = $1`);

const count = tenantStatement(
  `SELECT count(*) FROM (SELECT 1 FROM api_key WHERE tenant_id = $1 AND revoked_at IS NULL LIMIT $2) AS counted`,
);
const revoke = statement(
  `UPDATE api_key SET revoked_at = COALESCE(revoked_at, $3), revoked_by = COALESCE(revoked_by, $4)
   WHERE api_key_id = $2 AND ${isOfTenant('$1')}`,
);
const load = perDialect(({ forUpdate }) =>
  tenantStatement(
    `SELECT ${apiKeyTable.columns} FROM api_key WHERE api_key_id = $2 AND ${isOfTenant('$1')} ${forUpdate}`,
  ),
);
const noteUse = statement(
  `UPDATE api_key SET last_used_at = $2 WHERE api_key_id = $1 AND (last_used_at IS NULL OR last_used_at < $2)`,
);

export function createApiKeyStore(session: Session): ApiKeyStore {
  return {
    async count(tenantId, limit) {
      const [row] = await session.read(count, [tenantId, limit + 1].map(toSqlValue));
      return integerOf(row?.[0]);
    },
    insert: (row) => writeRow(session, apiKeyTable.insert, row),
    async load(tenantId, apiKeyId) {
      const [row] = await session.read(load[session.dialect.name], [tenantId, apiKeyId].map(toSqlValue));
      return row && apiKeyTable.decode(row);
    },
    revoke: (tenantId, apiKeyId, by) =>
      session.write(revoke, [tenantId, apiKeyId, session.now, by].map(toSqlValue)),
    noteUse: (apiKeyId, at) => session.write(noteUse, [apiKeyId, at].map(toSqlValue)),
  };
}
