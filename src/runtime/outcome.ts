/** What a use case answers: its value, or why the request could not be done. Never an exception for what the caller did wrong. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T; readonly replayed?: true }
  | { readonly ok: false; readonly problem: Problem; readonly replayed?: true };

/** A refusal that the request itself caused. Nothing has changed. */
export interface Problem {
  readonly code: ProblemCode;
  /** What was expected and what was found. */
  readonly detail: string;
  /** With `invalid-model`. */
  readonly diagnostics?: readonly ModelDiagnostic[];
  /** Where in the request the trouble is. */
  readonly errors?: readonly {
    readonly path: string;
    readonly elementId?: string;
    readonly message: string;
  }[];
}

export interface ModelDiagnostic {
  readonly severity: 'error' | 'warning' | 'info';
  readonly code: string;
  readonly elementId?: string;
  readonly line?: number;
  readonly message: string;
  /** The file, where several were uploaded together. */
  readonly resource?: string;
}

/** Every refusal of the runtime. The facade gives each a status; the contract documents it. */
export type ProblemCode =
  | 'invalid-argument'
  | 'invalid-model'
  | 'forbidden'
  | 'not-found'
  | 'no-subscription'
  | 'invalid-state'
  | 'suspended'
  | 'job-not-held'
  | 'idempotency-key-in-flight'
  | 'idempotency-key-reused'
  | 'limit-exceeded'
  | 'too-many-requests'
  | 'decision-failed';

export function done<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function refused(
  code: ProblemCode,
  detail: string,
  more?: Pick<Problem, 'diagnostics' | 'errors'>,
): Outcome<never> {
  return { ok: false, problem: { code, detail, ...more } };
}
