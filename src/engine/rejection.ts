/** A command that the caller could have known to be wrong: a value, never an exception. Nothing has changed. */
export interface Rejection {
  readonly code: RejectionCode;
  /** What was expected and what was found. */
  readonly message: string;
  /** Where several parts of a command can each be wrong: which are, and why. */
  readonly errors?: readonly CommandError[];
}

/** What is wrong with one part of a command, by a JSON pointer (RFC 6901) into it. */
export interface CommandError {
  readonly path: string;
  /** The element concerned, where it is not the part that is wrong in itself. */
  readonly elementId?: string;
  readonly message: string;
}

export type RejectionCode = 'not-found' | 'invalid-state' | 'invalid-argument' | 'suspended';
