import type { LoginSessionRow, LoginSessionStore } from '../runtime/ports.js';
import { perDialect } from './dialect.js';
import type { Session } from './session.js';
import { toSqlValue } from './sql-value.js';
import { statement } from './statement.js';
import { defineTable } from './table.js';

const loginSessionTable = defineTable<LoginSessionRow>('login_session', {
  digest: 'key',
  loginDigest: 'key',
  principalId: 'key',
  tenantId: 'key',
  name: 'text',
  roles: 'json',
  grants: 'json',
  idToken: 'text',
  createdAt: 'integer',
  expiresAt: 'integer',
  endsAt: 'integer',
});

/** Whose session it is, is what is asked: of any tenant. */
export const findLoginSession = statement(
  `SELECT ${loginSessionTable.columns} FROM login_session WHERE digest = $1`,
);
export const loginSessionOf = loginSessionTable.decode;

const insert = statement(`${loginSessionTable.insert.statement.sql} ON CONFLICT DO NOTHING RETURNING 1`);
const removeOldest = statement(
  `DELETE FROM login_session WHERE principal_id = $1 AND digest NOT IN (
     SELECT digest FROM login_session WHERE principal_id = $1 ORDER BY created_at DESC, digest LIMIT $2
   )`,
);
const extend = statement(`UPDATE login_session SET ends_at = $2 WHERE digest = $1 AND ends_at < $2`);
const remove = statement(
  `DELETE FROM login_session WHERE digest = $1 RETURNING ${loginSessionTable.columns}`,
);
const removeEnded = perDialect(({ skipLocked }) =>
  statement(
    `DELETE FROM login_session WHERE digest IN (
       SELECT digest FROM login_session WHERE ends_at <= $1 ORDER BY ends_at LIMIT $2 ${skipLocked}
     ) RETURNING 1`,
  ),
);

export function createLoginSessionStore(session: Session): LoginSessionStore {
  return {
    async insert(row) {
      return (await session.read(insert, loginSessionTable.insert.encode(row))).length > 0;
    },
    removeOldest: (principalId, keep) => session.write(removeOldest, [principalId, keep].map(toSqlValue)),
    extend: (digest, endsAt) => session.write(extend, [digest, endsAt].map(toSqlValue)),
    async remove(digest) {
      const [row] = await session.read(remove, [toSqlValue(digest)]);
      return row && loginSessionTable.decode(row);
    },
    async removeEnded(limit) {
      return (await session.read(removeEnded[session.dialect.name], [session.now, limit])).length;
    },
  };
}
