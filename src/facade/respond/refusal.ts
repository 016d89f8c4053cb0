import type { ProblemCode } from '../../contract/problem-codes.js';
import type { ModelDiagnostic, Outcome } from '../../runtime/outcome.js';
import { withArticle } from '../../runtime/with-article.js';

/** A fault at one place of the request. */
export interface RequestError {
  readonly path: string;
  readonly elementId?: string;
  readonly message: string;
}

/** Why a request is not done, before it is written as `application/problem+json`. */
export interface Refusal {
  readonly code: ProblemCode;
  /** What was expected and what was found; shown to the caller. */
  readonly detail: string;
  readonly errors?: readonly RequestError[];
  readonly diagnostics?: readonly ModelDiagnostic[];
  /** Header fields that belong to the answer, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by whatever reads a request that cannot be done; becomes the answer. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';

  constructor(readonly refusal: Refusal) {
    super(refusal.detail);
  }
}

/** The exception for a refusal. */
export function refuse(
  code: ProblemCode,
  detail: string,
  more?: Omit<Refusal, 'code' | 'detail'>,
): RefusedRequest {
  return new RefusedRequest({ code, detail, ...more });
}

/** An answer that refuses; `replayed` when it was given before for the same `Idempotency-Key`. */
export interface RefusingReply {
  readonly ok: false;
  readonly refusal: Refusal;
  readonly replayed?: true;
}

/** The answer for a use case that refused. Its codes are among the contract's: otherwise this does not compile. */
export function refusing({ problem, replayed }: Extract<Outcome<unknown>, { ok: false }>): RefusingReply {
  return { ok: false, refusal: problem, ...(replayed === true ? { replayed } : {}) };
}

/** The answer where an id is unknown. */
export function notFound(what: string, id: string): RefusingReply {
  return {
    ok: false,
    refusal: {
      code: 'not-found',
      detail: `Expected ${withArticle(what)} with the id ${JSON.stringify(id)} but found none.`,
    },
  };
}
