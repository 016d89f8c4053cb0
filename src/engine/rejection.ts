/** A command that the caller could have known to be wrong: a value, never an exception. Nothing has changed. */
export interface Rejection {
  readonly code: RejectionCode;
  /** What was expected and what was found. */
  readonly message: string;
}

export type RejectionCode = 'not-found' | 'invalid-state' | 'invalid-argument' | 'suspended';
