/** The session of a person who has signed in, as stored. Times are milliseconds since the epoch. */
export interface LoginSessionRow {
  /** SHA-256 of what the browser holds, hexadecimal. */
  readonly digest: string;
  /** SHA-256 of the sign-in that it comes from, hexadecimal. */
  readonly loginDigest: string;
  readonly principalId: string;
  readonly tenantId: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly grants: Readonly<Record<string, readonly string[]>>;
  /** Encrypted with what the browser holds. */
  readonly idToken?: string;
  readonly createdAt: number;
  /** It ends then, however much it is used. */
  readonly expiresAt: number;
  /** It ends then, if it is not used any more. */
  readonly endsAt: number;
}

/** Sessions are of no tenant alone: who bears one is told by it to which tenant he belongs. */
export interface LoginSessionStore {
  /** Answers false, and inserts nothing, where the sign-in has made a session that is still there. */
  insert(row: LoginSessionRow): Promise<boolean>;
  /** Keeps the newest `keep` sessions of a person. */
  removeOldest(principalId: string, keep: number): void;
  /** It was used: it ends later, and never earlier than it would have. */
  extend(digest: string, endsAt: number): void;
  /** Ends it; answers what it was. */
  remove(digest: string): Promise<LoginSessionRow | undefined>;
  /** Removes up to `limit` that have ended; answers how many. */
  removeEnded(limit: number): Promise<number>;
}
