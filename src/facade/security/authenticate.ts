import type { IncomingMessage } from 'node:http';
import { digestOf, isSameDigest } from '../../identity/api-key-token.js';
import type { ApiKeys } from '../../identity/api-keys.js';
import type { Jwts } from '../../identity/jwts.js';
import { administrator, type Principal } from '../../identity/principal.js';
import { isLoopback, type Config } from '../../platform/config.js';

/** Finds out who sends a request; undefined when it has no valid credentials. */
export type Authenticate = (req: IncomingMessage) => Promise<Principal | undefined>;

/** Those who know whose a token is. */
export interface TokenVerifiers {
  readonly apiKeys: Pick<ApiKeys, 'isApiKey' | 'verify'>;
  /** Without an issuer no JWT is believed. */
  readonly jwts?: Pick<Jwts, 'isJwt' | 'verify'>;
}

/**
 * Whoever bears a token (RFC 6750, 2.1) is whose it is: the administrator with the bootstrap key, else the owner of an API key, or whom a JWT of the configured issuer speaks of. On a
 * development machine (a loopback address, no bootstrap key, not in production) whoever bears none is the administrator.
 */
export function createAuthenticate(
  config: Pick<Config, 'apiKey' | 'host' | 'nodeEnv'>,
  { apiKeys, jwts }: TokenVerifiers,
): Authenticate {
  const bootstrapDigest = config.apiKey === undefined ? undefined : digestOf(config.apiKey);
  const withoutCredentials = isDevelopmentMode(config) ? administrator : undefined;
  return async (req) => {
    const token = bearerToken(req.headers.authorization);
    if (token === undefined) return withoutCredentials;
    if (apiKeys.isApiKey(token)) return apiKeys.verify(token);
    if (jwts?.isJwt(token)) return jwts.verify(token);
    if (bootstrapDigest === undefined) return withoutCredentials;
    return isSameDigest(digestOf(token), bootstrapDigest) ? administrator : undefined;
  };
}

/** Whether everybody who can reach the server is its administrator. */
export function isDevelopmentMode({
  apiKey,
  host,
  nodeEnv,
}: Pick<Config, 'apiKey' | 'host' | 'nodeEnv'>): boolean {
  return apiKey === undefined && isLoopback(host) && nodeEnv !== 'production';
}

function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +([\x21-\x7e]+) *$/i.exec(header ?? '')?.[1];
}
