import type { Request, Response } from 'express';
import type { Config } from '../../platform/config.js';
import { refuse } from '../respond/refusal.js';

const methods = 'GET, POST, PATCH, DELETE';
const requestHeaders =
  'Authorization, Content-Type, Idempotency-Key, Last-Event-ID, X-Request-Id, Traceparent, Throughline-Tenant';
const answerHeaders = 'Location, Retry-After, Idempotent-Replayed, X-Request-Id, Deprecation, Sunset, Link';
const preflightSeconds = '600';

/**
 * Refuses requests of web pages from elsewhere, whatever their method: pages of this server and of `ALLOWED_ORIGINS`
 * are served, the latter with CORS headers (Fetch, 3.3), without cookies.
 * @returns whether the request was a preflight of an allowed origin, for which the answer is now complete but for 204.
 */
export function createCheckOrigin(
  config: Pick<Config, 'allowedOrigins' | 'oidc'>,
): (req: Request, res: Response) => boolean {
  return (req, res) => {
    const { origin } = req.headers;
    if (config.allowedOrigins.length > 0) res.vary('Origin');
    if (origin === undefined || origin === config.oidc?.publicOrigin) return false;
    if (isSameOrigin(origin, req.headers.host)) return false;
    if (!config.allowedOrigins.includes(origin)) {
      const found = JSON.stringify(origin.slice(0, 255));
      throw refuse(
        'forbidden-origin',
        `Expected a page of this server but found the origin ${found}; see ALLOWED_ORIGINS.`,
      );
    }
    res.setHeader('Access-Control-Allow-Origin', origin);
    res.setHeader('Access-Control-Expose-Headers', answerHeaders);
    if (req.method !== 'OPTIONS' || req.headers['access-control-request-method'] === undefined) return false;
    res.setHeader('Access-Control-Allow-Methods', methods);
    res.setHeader('Access-Control-Allow-Headers', requestHeaders);
    res.setHeader('Access-Control-Max-Age', preflightSeconds);
    return true;
  };
}

/** By host and port: the scheme is not known behind a proxy that ends TLS. The Host header has been checked. */
function isSameOrigin(origin: string, host: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: originHost } = new URL(origin);
  return /^https?:$/.test(protocol) && originHost === withoutDefaultPort(protocol, host?.toLowerCase());
}

function withoutDefaultPort(protocol: string, host: string | undefined): string | undefined {
  return host?.replace(protocol === 'https:' ? /:443$/ : /:80$/, '');
}
