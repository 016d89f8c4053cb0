/** An API key as stored. Roles and grants are as its creator gave them. */
export interface ApiKeyRow {
  /** What the key begins with. */
  readonly apiKeyId: string;
  readonly tenantId: string;
  readonly name: string;
  /** SHA-256 of the whole key, hexadecimal. */
  readonly digest: string;
  readonly roles: readonly string[];
  readonly grants: Readonly<Record<string, readonly string[]>>;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
  readonly revokedBy?: string;
  readonly lastUsedAt?: number;
}

export interface ApiKeyStore {
  /** How many keys a tenant has, counted to the limit and one more. */
  count(tenantId: string, limit: number): Promise<number>;
  insert(row: ApiKeyRow): void;
  /** Locks the key. */
  load(tenantId: string, apiKeyId: string): Promise<ApiKeyRow | undefined>;
  /** One that was revoked before stays as it is. */
  revoke(tenantId: string, apiKeyId: string, by: string): void;
  /** The key was used then; a later time stays. */
  noteUse(apiKeyId: string, at: number): void;
}
