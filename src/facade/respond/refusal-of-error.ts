import { InvalidCursor } from '../../runtime/queries.js';
import { StoreUnavailable } from '../../runtime/ports.js';
import { RefusedRequest, type Refusal } from './refusal.js';

/** What an exception means for the caller; undefined where it is a mistake of ours. */
export function refusalOfError(error: unknown): Refusal | undefined {
  if (error instanceof RefusedRequest) return error.refusal;
  if (error instanceof StoreUnavailable) {
    return { code: 'service-unavailable', detail: 'The database is away or full. Nothing was done.' };
  }
  if (error instanceof InvalidCursor) {
    const message = 'Expected a cursor that this search gave out.';
    return { code: 'validation-failed', detail: message, errors: [{ path: '/page', message }] };
  }
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
