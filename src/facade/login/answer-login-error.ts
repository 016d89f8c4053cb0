import type { ErrorRequestHandler, Request } from 'express';
import { type ProblemCode, problemCodes } from '../../contract/problem-codes.js';
import { ProviderUnavailable, type SignInFault, SignInRefused } from '../../identity/oidc/sign-in-error.js';
import type { Logger } from '../../platform/logger.js';
import { exchangeOf } from '../request/exchange.js';
import { type Refusal, RefusedRequest } from '../respond/refusal.js';
import { internalError, refusalOfError } from '../respond/refusal-of-error.js';
import { retryAfterSeconds } from '../respond/send.js';
import { sendLoginPage } from './login-page.js';

/**
 * Answers why nobody is signed in: a browser that shows what it is answered gets a page, everybody else the problem. What the provider or a
 * request has said is in the log alone, and in no answer.
 */
export function answerLoginError(logger: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, req, res, next) => {
    const refusal = refusalOf(error);
    note(error, refusal, req, logger);
    const hasPage = refusal === undefined || pagedCodes.includes(refusal.code);
    if (res.headersSent || !wantsPage(req) || !hasPage) {
      next(refusal === undefined ? error : new RefusedRequest(refusal));
      return;
    }
    const { status } = problemCodes[(refusal ?? internalError).code];
    if (status === 503 || status === 429) res.setHeader('Retry-After', String(retryAfterSeconds));
    sendLoginPage(res, status, pageFor(error, status));
  };
}

/** What may happen to whoever follows our links; the rest is the concern of who has written the request. */
const pagedCodes: readonly ProblemCode[] = ['sign-in-refused', 'service-unavailable', 'too-many-requests'];

function pageFor(error: unknown, status: number): Parameters<typeof sendLoginPage>[2] {
  if (error instanceof SignInRefused) return error.fault;
  if (status === 503) return 'unavailable';
  return status === 429 ? 'busy' : 'failed';
}

const details: Readonly<Record<SignInFault, string>> = {
  stale:
    'Expected the answer to a sign-in that this browser has begun, and not finished, in the last ten minutes.',
  denied: 'Expected the identity provider to sign somebody in but it did not.',
  untrusted: 'Expected an answer of the identity provider that can be believed; the log says what was found.',
  claims:
    'Expected the claims that are configured but the identity provider sent others; the log says which.',
  'no-role': 'Expected a person with a role on this server but found one without.',
};

function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof SignInRefused) return { code: 'sign-in-refused', detail: details[error.fault] };
  if (error instanceof ProviderUnavailable) {
    const detail = 'The identity provider does not answer as it should, so that nobody can sign in now.';
    return { code: 'service-unavailable', detail };
  }
  return refusalOfError(error);
}

function note(error: unknown, refusal: Refusal | undefined, req: Request, logger: Logger): void {
  const { requestId } = exchangeOf(req);
  if (error instanceof SignInRefused) {
    logger.warn({ requestId, fault: error.fault, reason: error.message }, 'sign-in refused');
  } else if (error instanceof ProviderUnavailable) {
    logger.error({ requestId, err: error }, 'the identity provider is unavailable');
  } else if (refusal === undefined && wantsPage(req)) {
    logger.error({ requestId, err: error }, 'sign-in failed');
  }
}

function wantsPage(req: Request): boolean {
  return req.method === 'GET' && (req.headers.accept ?? '').includes('text/html');
}
