/** Names of claims; a name that no claim has is read as a path with dots. */
export interface ClaimNames {
  readonly name: string;
  readonly roles: string;
  /** Absent: everybody is of the default tenant. */
  readonly tenant?: string;
  readonly grants: string;
}
