import { errors, jwtVerify, type JWTPayload } from 'jose';
import type { Clock } from '../platform/clock.js';
import { type JwtConfig, typeName } from '../platform/jwt-config.js';
import { digestOf } from './api-key-token.js';
import { hasScopes, principalOf } from './jwt-claims.js';
import { type KeySet, KeysUnavailable } from './key-set.js';
import type { Principal } from './principal.js';
import { TokenCache } from './token-cache.js';

/** Of tokens that were found good. */
export const jwtLimits = {
  /** So long a token is believed without its signature being checked again. */
  trustedMs: 30_000,
  known: 10_000,
} as const;

interface Known {
  readonly principal: Principal;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** What only ID tokens have (OpenID Connect Core, 2 and 3.1.3.6): they speak of a sign-in and open nothing. */
const claimsOfIdTokens = ['nonce', 'at_hash', 'c_hash'] as const;

/**
 * Bearer tokens of an issuer: JWTs whose signature, issuer, audience, type, times and scopes are as configured (RFC 8725, RFC 9068). The
 * keys come from the issuer's address alone, whatever a token's header offers.
 */
export class Jwts {
  readonly #known: TokenCache<Known>;

  constructor(
    private readonly config: JwtConfig,
    private readonly keys: Pick<KeySet, 'keyOf'>,
    private readonly clock: Clock,
  ) {
    this.#known = new TokenCache(jwtLimits.known, () => clock.elapsed());
  }

  /** Whether the text has the form of a signed JWT. */
  isJwt(token: string): boolean {
    return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
  }

  /** Whose token it is; undefined for one that is not good. @throws KeysUnavailable when that cannot be said now. */
  async verify(token: string): Promise<Principal | undefined> {
    const digest = digestOf(token);
    const known = this.#known.get(digest) ?? (await this.#look(token, digest));
    return known && known.expiresAt > this.clock.now() ? known.principal : undefined;
  }

  async #look(token: string, digest: string): Promise<Known | undefined> {
    const payload = await this.#payloadOf(token);
    const found = payload && principalOf(payload, this.config.claims, 'jwt');
    if (payload?.exp === undefined || found === undefined) return undefined;
    const expiresAt = payload.exp * 1_000 + this.config.clockToleranceMs;
    const known = { principal: { ...found, validUntil: expiresAt }, expiresAt };
    this.#known.put(digest, known, jwtLimits.trustedMs);
    return known;
  }

  /** The claims of a token that is good. */
  async #payloadOf(token: string): Promise<JWTPayload | undefined> {
    const { issuer, audiences, algorithms, types, scopes, clockToleranceMs } = this.config;
    const now = this.clock.now();
    try {
      const { payload, protectedHeader } = await jwtVerify(
        token,
        (header, given) => this.keys.keyOf(header, given),
        {
          issuer,
          audience: [...audiences],
          algorithms: [...algorithms],
          clockTolerance: clockToleranceMs / 1_000,
          currentDate: new Date(now),
          requiredClaims: ['sub', 'exp'],
        },
      );
      const isOfType = types.includes(typeName(protectedHeader.typ ?? ''));
      const isIdToken = claimsOfIdTokens.some((claim) => Object.hasOwn(payload, claim));
      const isFromFuture = (payload.iat ?? 0) * 1_000 > now + clockToleranceMs;
      return isOfType && !isIdToken && !isFromFuture && hasScopes(payload, scopes) ? payload : undefined;
    } catch (error) {
      if (error instanceof KeysUnavailable) throw error;
      // TypeError: the issuer's key cannot be used for the algorithm, such as an RSA key that is too short.
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
  }
}
