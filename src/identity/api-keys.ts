import { isRole, type Role, roleNamed } from '../contract/roles.js';
import type { AuditOrigin } from '../platform/audit-origin.js';
import { createUuidV7 } from '../platform/uuid-v7.js';
import type { Clock, TimerHandle } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { ApiKeyRow, AuditedState, Queries, Store, Transaction } from '../runtime/ports.js';
import { apiKeyIdOf, digestOf, isSameDigest, newApiKey } from './api-key-token.js';
import type { Grants, Principal } from './principal.js';
import { TokenCache } from './token-cache.js';

/** Of what is kept in memory and in the database. */
export const apiKeyLimits = {
  /** How long another server may still let in who bears a key that was revoked here. */
  trustedMs: 10_000,
  /** Keys that are known at a time, and tokens that are known to be none. */
  known: 10_000,
  unknown: 1_000,
  /** How exactly the last use is known, and how often it is written. */
  usedMs: 60_000,
} as const;

/** What the keys need of the store. */
export type ApiKeyStorage = Pick<Store, 'transact'> & {
  readonly queries: Pick<Queries, 'apiKey'>;
};

export interface ApiKeyInput {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly grants: Grants;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** Who makes or revokes a key, and where. */
export interface ApiKeyContext {
  readonly tenantId: string;
  readonly actor: string;
  readonly traceparent?: string;
  /** Who it is, for the audit log. */
  readonly audit: AuditOrigin;
}

/** Why a key is not made. */
export interface ApiKeyRefusal {
  readonly code: 'invalid-argument' | 'forbidden' | 'limit-exceeded';
  readonly detail: string;
}

export type CreatedApiKey =
  | { readonly ok: true; readonly row: ApiKeyRow; readonly token: string }
  | { readonly ok: false; readonly refusal: ApiKeyRefusal };

interface Known {
  readonly apiKeyId: string;
  readonly principal: Principal;
  readonly expiresAt?: number;
}

/** Whom a key lets in. */
export function principalIdOf(apiKeyId: string): string {
  return `key:${apiKeyId}`;
}

/** API keys: made, revoked, and asked for by those who bear them. */
export class ApiKeys {
  readonly #known: TokenCache<Known>;
  readonly #unknown: TokenCache<true>;
  /** Principals by key, so that what is worked out for one is worked out once. */
  readonly #principals = new Map<string, Principal>();
  readonly #uses = new Map<string, number>();
  readonly #written = new Map<string, number>();
  #writing: TimerHandle | undefined;
  readonly #newId: () => string;

  constructor(
    private readonly storage: ApiKeyStorage,
    private readonly clock: Clock,
    private readonly logger: Logger,
    /** How many keys that are not revoked a tenant has at most. */
    private readonly keysMax: number,
  ) {
    this.#newId = createUuidV7(clock);
    const elapsed = (): number => clock.elapsed();
    this.#known = new TokenCache(apiKeyLimits.known, elapsed);
    this.#unknown = new TokenCache(apiKeyLimits.unknown, elapsed);
  }

  /** Makes a key; the token is in the answer and nowhere else. */
  async create(input: ApiKeyInput, principal: Principal, context: ApiKeyContext): Promise<CreatedApiKey> {
    const { tenantId, actor } = context;
    const { name, roles, grants, expiresAt } = input;
    const everywhere = roles.find((role) => roleNamed[role].everyTenant);
    if (everywhere !== undefined && principal.isRoot !== true) {
      const detail = `Expected roles of one tenant but found "${everywhere}", which only the bootstrap administrator gives.`;
      return { ok: false, refusal: { code: 'forbidden', detail } };
    }
    if (expiresAt !== undefined && expiresAt <= this.clock.now()) {
      const detail = 'Expected expiresAt to be in the future.';
      return { ok: false, refusal: { code: 'invalid-argument', detail } };
    }
    const { token, apiKeyId, digest } = newApiKey();
    return this.storage.transact(async (tx): Promise<CreatedApiKey> => {
      if ((await tx.apiKeys.count(tenantId, this.keysMax)) >= this.keysMax) {
        const detail = `Expected fewer than ${this.keysMax} API keys but there are as many: revoke those that are not used.`;
        return { ok: false, refusal: { code: 'limit-exceeded', detail } };
      }
      const row: ApiKeyRow = {
        ...{ apiKeyId, tenantId, name, digest, roles, grants },
        createdAt: tx.now,
        createdBy: actor,
        ...(expiresAt === undefined ? {} : { expiresAt }),
      };
      tx.apiKeys.insert(row);
      this.#note(tx, context, apiKeyId, { after: keyState(row) });
      return { ok: true, row, token };
    });
  }

  /** Revokes it for good, here at once. Answers whether the tenant has such a key. */
  async revoke(apiKeyId: string, context: ApiKeyContext): Promise<boolean> {
    const { tenantId, actor } = context;
    const before = await this.storage.transact(async (tx) => {
      const row = await tx.apiKeys.load(tenantId, apiKeyId);
      if (row === undefined || row.revokedAt !== undefined) return row;
      tx.apiKeys.revoke(tenantId, apiKeyId, actor);
      const state = keyState(row);
      const after = { ...state, revokedAt: new Date(tx.now).toISOString() };
      this.#note(tx, context, apiKeyId, { before: state, after });
      return row;
    });
    if (before !== undefined) this.#forget(apiKeyId);
    return before !== undefined;
  }

  /** In the transaction of the change. */
  #note(
    tx: Transaction,
    { tenantId, traceparent, audit }: ApiKeyContext,
    apiKeyId: string,
    states: { readonly before?: AuditedState; readonly after?: AuditedState },
  ): void {
    tx.audit.append({
      ...audit,
      ...states,
      auditId: this.#newId(),
      tenantId,
      at: tx.now,
      targetId: apiKeyId,
      targets: { apiKeyId },
      ...(traceparent === undefined ? {} : { traceId: traceparent.slice(3, 35) }),
    });
  }

  /** Whether the text has the form of an API key. */
  isApiKey(token: string): boolean {
    return apiKeyIdOf(token) !== undefined;
  }

  /** Who bears the key; undefined for what is none, was revoked or has expired. Rejects when the database is away. */
  async verify(token: string): Promise<Principal | undefined> {
    const digest = digestOf(token);
    let known = this.#known.get(digest);
    if (known === undefined) {
      if (this.#unknown.get(digest)) return undefined;
      known = await this.#look(token, digest);
    }
    const now = this.clock.now();
    if (known === undefined || (known.expiresAt ?? Infinity) <= now) return undefined;
    this.#noteUse(known.apiKeyId, now);
    return known.principal;
  }

  async #look(token: string, digest: string): Promise<Known | undefined> {
    const apiKeyId = apiKeyIdOf(token);
    const row = apiKeyId === undefined ? undefined : await this.storage.queries.apiKey(apiKeyId);
    if (row === undefined || !isSameDigest(row.digest, digest) || row.revokedAt !== undefined) {
      if (row?.revokedAt !== undefined) this.#forget(row.apiKeyId);
      this.#unknown.put(digest, true, apiKeyLimits.trustedMs);
      return undefined;
    }
    const { expiresAt } = row;
    const known: Known = {
      apiKeyId: row.apiKeyId,
      principal: this.#principalOf(row),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    this.#known.put(digest, known, apiKeyLimits.trustedMs);
    return known;
  }

  /** Roles and grants of a key never change. A role that this release does not know gives nothing. */
  #principalOf({ apiKeyId, tenantId, roles, grants, expiresAt }: ApiKeyRow): Principal {
    const before = this.#principals.get(apiKeyId);
    if (before !== undefined) return before;
    const id = principalIdOf(apiKeyId);
    const principal: Principal = {
      ...{ id, tenantId, roles: roles.filter(isRole), grants, by: 'api-key' },
      ...(expiresAt === undefined ? {} : { validUntil: expiresAt }),
    };
    if (this.#principals.size >= apiKeyLimits.known) this.#principals.clear();
    this.#principals.set(apiKeyId, principal);
    return principal;
  }

  #forget(apiKeyId: string): void {
    this.#known.removeIf((known) => known.apiKeyId === apiKeyId);
    this.#principals.delete(apiKeyId);
  }

  /** Uses are written together, each key's at most once in the time. */
  #noteUse(apiKeyId: string, at: number): void {
    if (at - (this.#written.get(apiKeyId) ?? -Infinity) < apiKeyLimits.usedMs) return;
    this.#uses.set(apiKeyId, at);
    this.#writing ??= this.clock.setTimer(at + apiKeyLimits.usedMs, () => {
      this.#writing = undefined;
      void this.#writeUses();
    });
  }

  async #writeUses(): Promise<void> {
    const uses = [...this.#uses];
    this.#uses.clear();
    if (uses.length === 0) return;
    if (this.#written.size > apiKeyLimits.known) this.#written.clear();
    for (const [apiKeyId, at] of uses) this.#written.set(apiKeyId, at);
    try {
      await this.storage.transact(async (tx) => {
        for (const [apiKeyId, at] of uses) tx.apiKeys.noteUse(apiKeyId, at);
      });
    } catch (error) {
      this.logger.warn({ err: error }, 'the last use of API keys was not written');
    }
  }

  /** Writes what is not written yet. */
  async stop(): Promise<void> {
    this.#writing?.cancel();
    this.#writing = undefined;
    await this.#writeUses();
  }
}

/** A key as the audit log has it: nothing that opens. */
function keyState({ name, roles, grants, expiresAt }: ApiKeyRow): AuditedState {
  return {
    name,
    roles: [...roles],
    grants: Object.fromEntries(Object.entries(grants).map(([kind, names]) => [kind, [...names]])),
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
  };
}
