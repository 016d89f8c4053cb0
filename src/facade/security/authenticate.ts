import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopback, type Config } from '../../platform/config.js';
import { administrator, type Principal } from './principal.js';

/** Finds out who sends a request; undefined when it has no valid credentials. */
export type Authenticate = (req: IncomingMessage) => Promise<Principal | undefined>;

/**
 * With an API key, whoever bears it is the administrator (RFC 6750, 2.1). Without one everybody is, but only on a
 * loopback address outside production; elsewhere nobody gets in.
 */
export function createAuthenticate(config: Pick<Config, 'apiKey' | 'host' | 'nodeEnv'>): Authenticate {
  const { apiKey } = config;
  if (apiKey === undefined) {
    const isDevelopment = isLoopback(config.host) && config.nodeEnv !== 'production';
    return async () => (isDevelopment ? administrator : undefined);
  }
  const expected = digest(apiKey);
  return async (req) => {
    const given = bearerToken(req.headers.authorization);
    if (given === undefined) return undefined;
    return timingSafeEqual(digest(given), expected) ? administrator : undefined;
  };
}

function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +([\x21-\x7e]+) *$/i.exec(header ?? '')?.[1];
}

/** Hashes have one length, so that comparing them tells nothing about the key. */
function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
