import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { isRole } from '../contract/roles.js';
import type { AuditOrigin } from '../platform/audit-origin.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { OidcConfig } from '../platform/oidc-config.js';
import { createUuidV7 } from '../platform/uuid-v7.js';
import type { LoginSessionRow, Queries, Transaction } from '../runtime/ports.js';
import { digestOf } from './api-key-token.js';
import type { Principal } from './principal.js';

export const loginSessionLimits = {
  /** Of one person: the oldest ends when there are more. */
  perPerson: 20,
  /** A longer ID token is not kept, since it goes to the provider in an address; the provider then asks whether to end its session. */
  idTokenLength: 6 * 1024,
  /** How exactly the end of a session that is used is written down. */
  usedMs: 60_000,
} as const;

type LoginTransaction = Pick<Transaction, 'now' | 'loginSessions' | 'audit'>;

/** What sessions need of the store. */
export interface LoginSessionStorage {
  transact<T>(work: (tx: LoginTransaction) => Promise<T>): Promise<T>;
  readonly queries: Pick<Queries, 'loginSession'>;
}

/** Where a request comes from, for the audit log. */
export type LoginPlace = Pick<AuditOrigin, 'sourceAddress' | 'requestId'> & {
  readonly traceparent?: string;
};

export interface NewLoginSession {
  readonly principal: Principal & { readonly name: string };
  readonly idToken: string;
  /** Of the sign-in that it comes from. */
  readonly loginDigest: string;
  /** What the browser held before; that session ends. */
  readonly before?: string | undefined;
  readonly place: LoginPlace;
}

const tokenPattern = /^[A-Za-z0-9_-]{43}$/;

/**
 * Sessions of people who have signed in. The browser holds 256 random bits, the database their hash, so that who reads the database has no
 * session; it is read for each request, so that one that has ended has ended on every node.
 */
export class LoginSessions {
  readonly #newId: () => string;

  constructor(
    private readonly storage: LoginSessionStorage,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly lifetimes: Pick<OidcConfig, 'sessionIdleMs' | 'sessionLifetimeMs'>,
  ) {
    this.#newId = createUuidV7(clock);
  }

  /** Begins a session, always of a new id, and answers what the browser holds; undefined where the sign-in has made one before. */
  async begin(session: NewLoginSession): Promise<string | undefined> {
    const { principal, idToken, loginDigest, before, place } = session;
    const token = randomBytes(32).toString('base64url');
    const { id: principalId, tenantId, name, roles, grants } = principal;
    const { sessionIdleMs, sessionLifetimeMs } = this.lifetimes;
    const kept = idToken.length > loginSessionLimits.idTokenLength ? {} : { idToken: sealed(idToken, token) };
    const isNew = await this.storage.transact(async (tx) => {
      const expiresAt = tx.now + sessionLifetimeMs;
      const row: LoginSessionRow = {
        ...{ digest: digestOf(token), loginDigest, principalId, tenantId, name, roles, grants, ...kept },
        ...{ createdAt: tx.now, expiresAt, endsAt: Math.min(expiresAt, tx.now + sessionIdleMs) },
      };
      if (!(await tx.loginSessions.insert(row))) return false;
      if (before !== undefined) await tx.loginSessions.remove(digestOf(before));
      tx.loginSessions.removeOldest(principalId, loginSessionLimits.perPerson);
      this.#note(tx, row, 'signIn', place);
      return true;
    });
    return isNew ? token : undefined;
  }

  /**
   * Who holds the session; undefined for what is none, or has ended. Rejects when the database is away.
   * @param isUse whether this keeps it from ending for want of use.
   */
  async principalOf(token: string, isUse = true): Promise<Principal | undefined> {
    if (!tokenPattern.test(token)) return undefined;
    const row = await this.storage.queries.loginSession(digestOf(token));
    const now = this.clock.now();
    if (row === undefined || row.endsAt <= now || row.expiresAt <= now) return undefined;
    if (isUse) await this.#noteUse(row, now);
    const { principalId: id, name, tenantId, roles, grants } = row;
    return { id, name, tenantId, roles: roles.filter(isRole), grants, by: 'session' };
  }

  /** Ends it, on every node. Answers whose it was and its ID token, as a hint for the provider; undefined where it has ended before. */
  async end(
    token: string,
    place: LoginPlace,
  ): Promise<{ readonly principalId: string; readonly idToken?: string } | undefined> {
    if (!tokenPattern.test(token)) return undefined;
    const row = await this.storage.transact(async (tx) => {
      const removed = await tx.loginSessions.remove(digestOf(token));
      if (removed !== undefined) this.#note(tx, removed, 'signOut', place);
      return removed;
    });
    if (row === undefined) return undefined;
    const idToken = row.idToken === undefined ? undefined : opened(row.idToken, token);
    return { principalId: row.principalId, ...(idToken === undefined ? {} : { idToken }) };
  }

  /** The entry of the audit log, in the transaction of what it tells. */
  #note(
    tx: LoginTransaction,
    row: LoginSessionRow,
    operation: 'signIn' | 'signOut',
    place: LoginPlace,
  ): void {
    const { principalId, name, tenantId, roles } = row;
    const { traceparent, sourceAddress, requestId } = place;
    tx.audit.append({
      ...{ auditId: this.#newId(), tenantId, at: tx.now, operation, targets: {} },
      ...{ principalId, principalName: name, principalKind: 'person' },
      ...(sourceAddress === undefined ? {} : { sourceAddress }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(traceparent === undefined ? {} : { traceId: traceparent.slice(3, 35) }),
      ...(operation === 'signIn' ? { after: { roles: [...roles] } } : {}),
    });
  }

  /** Written once a minute at most. A database that cannot write now keeps nobody from reading. */
  async #noteUse({ digest, endsAt, expiresAt }: LoginSessionRow, now: number): Promise<void> {
    const { sessionIdleMs } = this.lifetimes;
    const later = Math.min(expiresAt, now + sessionIdleMs);
    const worth = later === expiresAt ? 1 : Math.min(loginSessionLimits.usedMs, sessionIdleMs / 4);
    if (later - endsAt < worth) return;
    try {
      await this.storage.transact(async (tx) => tx.loginSessions.extend(digest, later));
    } catch (error) {
      this.logger.warn({ err: error }, 'the use of a session was not written');
    }
  }
}

/** AES-256-GCM under a key that only the browser's half gives: nobody else reads it, whoever has the database. */
function sealed(text: string, token: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(token), iv);
  const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64url');
}

/** Undefined where it was changed since. */
function opened(text: string, token: string): string | undefined {
  const bytes = Buffer.from(text, 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', sealingKey(token), bytes.subarray(0, 12), {
      authTagLength: 16,
    });
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

function sealingKey(token: string): Buffer {
  return createHmac('sha256', token).update('id token').digest();
}
