/** What kind of somebody has asked. */
export const principalKinds = ['administrator', 'api-key', 'token', 'person', 'channel', 'server'] as const;

export type PrincipalKind = (typeof principalKinds)[number];

/** Who asks for a change, and from where: what the audit log keeps with the change. Plain data: a batch keeps it too. */
export interface AuditOrigin {
  /** The operation of the contract, or `channel:<kind>`. */
  readonly operation: string;
  readonly principalId: string;
  readonly principalName?: string;
  readonly principalKind: PrincipalKind;
  /** Ids that the request names, by what they are ids of. */
  readonly targets: Readonly<Record<string, string>>;
  readonly sourceAddress?: string;
  readonly requestId?: string;
}
