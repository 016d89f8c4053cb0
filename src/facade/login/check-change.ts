import type { IncomingMessage } from 'node:http';
import type { OidcConfig } from '../../platform/oidc-config.js';
import { refuse } from '../respond/refusal.js';

/** Sent by our page with each request. A page of another origin can send it only after a preflight, which is not granted. */
export const csrfHeader = 'throughline-csrf';

const safeMethods: readonly (string | undefined)[] = ['GET', 'HEAD', 'OPTIONS'];

/** Whether the browser says that the request is of our own page, or of the address bar. A browser that does not say so is let through. */
export function isOfOwnSite({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

/**
 * Refuses a request that a cookie would authenticate and that changes something, unless it is of our own page: by its origin, by
 * what the browser says of it (Fetch Metadata), and by a header that a form cannot send. A sibling domain counts as another site here, though
 * the cookie's `SameSite=Lax` counts it as the same.
 * @throws csrf-refused
 */
export function checkChange(req: IncomingMessage, { publicOrigin }: Pick<OidcConfig, 'publicOrigin'>): void {
  if (safeMethods.includes(req.method)) return;
  const { origin, 'sec-fetch-site': site } = req.headers;
  const isOwnOrigin = origin === undefined || origin === publicOrigin;
  const isOwnSite = site === undefined || site === 'same-origin';
  if (isOwnOrigin && isOwnSite && req.headers[csrfHeader] === '1') return;
  throw refuse(
    'csrf-refused',
    `Expected a request of the page at ${publicOrigin}, with Throughline-Csrf: 1, since it came with a cookie.`,
  );
}
