import type { IdempotencyRow, IdempotencyScope, IdempotencyStore } from '../runtime/ports.js';
import { perDialect } from './dialect.js';
import { type Session, writeRow } from './session.js';
import { toSqlValue } from './sql-value.js';
import { statement, tenantStatement } from './statement.js';
import { defineTable } from './table.js';

const idempotencyTable = defineTable<IdempotencyRow>('idempotency', {
  tenantId: 'key',
  principal: 'key',
  operation: 'key',
  key: 'key',
  fingerprint: 'text',
  outcome: 'json',
  expiresAt: 'integer',
});

const sameScope = 'tenant_id = $1 AND principal = $2 AND operation = $3 AND key = $4';
/** Expired ones too. Its parameters are {@link idempotencyKeyOf}. */
export const findIdempotency = tenantStatement(
  `SELECT ${idempotencyTable.columns} FROM idempotency WHERE ${sameScope}`,
);
const replaceExpired = statement(`DELETE FROM idempotency WHERE ${sameScope} AND expires_at <= $5`);
const removeExpired = perDialect(({ skipLocked }) =>
  statement(
    `DELETE FROM idempotency WHERE (tenant_id, principal, operation, key) IN (
       SELECT tenant_id, principal, operation, key FROM idempotency
       WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 ${skipLocked}
     ) RETURNING 1`,
  ),
);

/** An answer that has expired is not found, also before it is removed. */
export function createIdempotencyStore(session: Session): IdempotencyStore {
  return {
    async claim(scope) {
      const claimed = await session.lock(idempotencyLock(scope), false);
      return claimed ? 'claimed' : 'in-flight';
    },
    async find(scope) {
      const [row] = await session.read(findIdempotency, idempotencyKeyOf(scope).map(toSqlValue));
      const found = row && idempotencyTable.decode(row);
      return found && found.expiresAt > session.now ? found : undefined;
    },
    insert(row) {
      session.write(replaceExpired, [...idempotencyKeyOf(row), session.now].map(toSqlValue));
      writeRow(session, idempotencyTable.insert, row);
    },
    async removeExpired(limit) {
      const rows = await session.read(removeExpired[session.dialect.name], [session.now, limit]);
      return rows.length;
    },
  };
}

export function idempotencyKeyOf(scope: IdempotencyScope): readonly string[] {
  return [scope.tenantId, scope.principal, scope.operation, scope.key];
}

/** The name of the lock under which a request with the key is done. */
export function idempotencyLock(scope: IdempotencyScope): readonly string[] {
  return ['idempotency', ...idempotencyKeyOf(scope)];
}
