import type { IncomingMessage } from 'node:http';
import type { Credentials } from '../../contract/me.js';
import { digestOf, isSameDigest } from '../../identity/api-key-token.js';
import type { ApiKeys } from '../../identity/api-keys.js';
import type { Jwts } from '../../identity/jwts.js';
import { administrator, type Principal } from '../../identity/principal.js';
import { isLoopback, type Config } from '../../platform/config.js';
import type { SessionPrincipal } from '../login/session-principal.js';

/** Finds out who sends a request; undefined when it has no valid credentials. A look that is no use keeps no session from ending. */
export type Authenticate = (
  req: IncomingMessage,
  look?: { readonly isUse: boolean },
) => Promise<Principal | undefined>;

/** Those who know whose a token is. */
export interface TokenVerifiers {
  readonly apiKeys: Pick<ApiKeys, 'isApiKey' | 'verify'>;
  /** Without an issuer no JWT is believed. */
  readonly jwts?: Pick<Jwts, 'isJwt' | 'verify'>;
  /** Whose session a browser bears; without it cookies are not looked at. */
  readonly sessionPrincipal?: SessionPrincipal | undefined;
}

/**
 * Whoever bears a token (RFC 6750, 2.1) is whose it is: the administrator with the bootstrap key, else the owner of an API key, or whom a JWT of the configured issuer speaks of. Whoever
 * bears none is who has signed in with the browser; on a development machine, the administrator.
 */
export function createAuthenticate(
  config: DevelopmentConfig,
  { apiKeys, jwts, sessionPrincipal }: TokenVerifiers,
): Authenticate {
  const bootstrapDigest = config.apiKey === undefined ? undefined : digestOf(config.apiKey);
  const withoutCredentials = isDevelopmentMode(config) ? known('none') : undefined;
  const root = known('bootstrap-key');
  return async (req, look) => {
    const { authorization } = req.headers;
    if (authorization === undefined && sessionPrincipal !== undefined)
      return sessionPrincipal(req, look?.isUse);
    const token = bearerToken(authorization);
    if (token === undefined) return withoutCredentials;
    if (apiKeys.isApiKey(token)) return apiKeys.verify(token);
    if (jwts?.isJwt(token)) return jwts.verify(token);
    if (bootstrapDigest === undefined) return withoutCredentials;
    return isSameDigest(digestOf(token), bootstrapDigest) ? root : undefined;
  };
}

type DevelopmentConfig = Pick<Config, 'apiKey' | 'host' | 'nodeEnv' | 'oidc'>;

/** Whether everybody who can reach the server is its administrator: on a loopback address, where no credentials are configured, not in production. */
export function isDevelopmentMode({ apiKey, host, nodeEnv, oidc }: DevelopmentConfig): boolean {
  return apiKey === undefined && oidc === undefined && isLoopback(host) && nodeEnv !== 'production';
}

function known(by: Credentials): Principal {
  return { ...administrator, by };
}

function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +([\x21-\x7e]+) *$/i.exec(header ?? '')?.[1];
}
