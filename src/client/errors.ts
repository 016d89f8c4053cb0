import type { ProblemBody } from '../contract/problem.js';

/** The server has refused: its answer was a problem (RFC 9457). `message` is its detail. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly code: ProblemBody['code'];
  readonly detail: string;
  /** With `validation-failed`: each fault of the request. */
  readonly errors: NonNullable<ProblemBody['errors']>;
  /** With `invalid-model`: each fault of the model. */
  readonly diagnostics: NonNullable<ProblemBody['diagnostics']>;

  constructor(
    readonly operationId: string,
    problem: ProblemBody,
    /** Under which the server has logged the request. */
    readonly requestId?: string,
  ) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.errors = problem.errors ?? [];
    this.diagnostics = problem.diagnostics ?? [];
  }
}

/** Something else than the server has answered, such as a proxy. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';

  constructor(
    readonly operationId: string,
    readonly status: number,
    text: string,
  ) {
    super(
      `Expected an answer of the contract to ${operationId} but found status ${status}: ${text.slice(0, 200)}`,
    );
  }
}

/** The server could not be reached, or the connection broke: it is not known whether the request was done. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';

  constructor(
    readonly operationId: string,
    cause: unknown,
  ) {
    super(`Expected the server to answer ${operationId} but: ${reasonOf(cause)}`, { cause });
  }
}

/** There was no answer within the time limit of the call: it is not known whether the request was done. */
export class TimeLimitExceeded extends Error {
  override readonly name = 'TimeLimitExceeded';

  constructor(
    readonly operationId: string,
    readonly timeLimitMs: number,
    /** What the last attempt ended with, if there was one. */
    cause?: unknown,
  ) {
    super(`Expected an answer to ${operationId} within ${timeLimitMs} ms.`, { cause });
  }
}

/** The global fetch says "fetch failed" and hides why in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== ''
    ? `${error.message}: ${cause.message}`
    : error.message;
}
