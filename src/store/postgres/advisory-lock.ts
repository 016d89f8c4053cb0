import { createHash } from 'node:crypto';
import { statement } from '../statement.js';

/** Locks of the transaction; each asks with the number of a lock. Those that try answer `t`, or `f` where another transaction has it. */
export const advisoryLock = {
  waiting: statement('SELECT pg_advisory_xact_lock($1)'),
  trying: statement('SELECT pg_try_advisory_xact_lock($1)'),
};
/** As {@link advisoryLock}, but several transactions may have it at once. */
export const sharedAdvisoryLock = {
  waiting: statement('SELECT pg_advisory_xact_lock_shared($1)'),
  trying: statement('SELECT pg_try_advisory_xact_lock_shared($1)'),
};

/** PostgreSQL knows advisory locks by 64 bits; that two names share a number is possible, rare, and only costs time. */
export function lockNumber(name: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(name)).digest();
  return hash.readBigInt64BE().toString();
}
