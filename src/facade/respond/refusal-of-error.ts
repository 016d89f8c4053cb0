import { KeysUnavailable } from '../../identity/key-set.js';
import { InvalidCursor } from '../../runtime/queries.js';
import { OutcomeUnknown, StorageFull, StoreUnavailable } from '../../runtime/ports.js';
import { BeyondReach } from '../../runtime/reach.js';
import { RefusedRequest, type Refusal } from './refusal.js';

/** What an exception means for the caller; undefined where it is a mistake of ours. `method`: of the request, whose lists take cursors in the query. */
export function refusalOfError(error: unknown, method?: string): Refusal | undefined {
  if (error instanceof RefusedRequest) return error.refusal;
  if (error instanceof OutcomeUnknown) {
    const detail =
      'The database was lost while it saved. The same request with the same Idempotency-Key tells whether this was done.';
    return { code: 'service-unavailable', detail };
  }
  if (error instanceof StoreUnavailable) {
    const why =
      error instanceof StorageFull ? 'The disk of the database is full.' : 'The database is away or busy.';
    return { code: 'service-unavailable', detail: `${why} Nothing was done.` };
  }
  if (error instanceof InvalidCursor) {
    const message = 'Expected a cursor that this search gave out.';
    return {
      code: 'validation-failed',
      detail: message,
      errors: [{ path: method === 'GET' ? 'query.after' : '/page', message }],
    };
  }
  if (error instanceof KeysUnavailable) {
    const detail =
      'The keys of the token’s issuer are not there, so that nobody can say whose it is. Nothing was done.';
    return { code: 'service-unavailable', detail };
  }
  if (error instanceof BeyondReach) return { code: 'forbidden', detail: error.message };
  if (isUndecodablePath(error)) {
    return { code: 'malformed-request', detail: 'Expected a path in percent-encoded UTF-8 (RFC 3986, 2.1).' };
  }
  return undefined;
}

/** The refusal for what we did wrong: it says nothing of what happened inside. */
export const internalError: Refusal = {
  code: 'internal-error',
  detail: 'Expected to do this but failed. The log tells more under the x-request-id of this answer.',
};

/** Express throws it when a path parameter is not percent-encoded UTF-8. */
function isUndecodablePath(error: unknown): boolean {
  return error instanceof URIError;
}
