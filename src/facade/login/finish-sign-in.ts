import type { Request, Response } from 'express';
import type { JWTPayload } from 'jose';
import { principalOf } from '../../identity/jwt-claims.js';
import { isAnswerTo, type LoginAttempt, loginAttemptOf } from '../../identity/oidc/login-attempt.js';
import type { DiscoveredProvider } from '../../identity/oidc/oidc-provider.js';
import { OidcStrategy } from '../../identity/oidc/oidc-strategy.js';
import { redeemCode } from '../../identity/oidc/redeem-code.js';
import { SignInRefused } from '../../identity/oidc/sign-in-error.js';
import { verifyIdToken } from '../../identity/oidc/verify-id-token.js';
import type { Principal } from '../../identity/principal.js';
import { exchangeOf } from '../request/exchange.js';
import type { LoginParts } from './create-login.js';
import { returnPathOf } from './return-path.js';
import { runStrategy } from './run-strategy.js';

const longestCode = 4_096;

/** What the provider has vouched for. */
interface SignedIn {
  readonly idToken: string;
  readonly claims: JWTPayload;
}

/**
 * Makes a session of the provider's answer, and answers where the browser is to go on. The sign-in of its cookie is over, whatever comes of
 * it. Throws `SignInRefused` and `ProviderUnavailable`.
 */
export async function finishSignIn(parts: LoginParts, req: Request, res: Response): Promise<string> {
  const { cookies, provider, sessions, clock, gate, logger } = parts;
  const text = cookies.attempt(req);
  cookies.forgetAttempt(res);
  const attempt = text === undefined ? undefined : loginAttemptOf(text, clock.now());
  const answered = belongingTo(attempt, req);
  const discovered = await provider.discovered();
  checkAnswer(req, parts.config.issuer, discovered);
  const { idToken, claims } = await gate.pass(() => redeemed(parts, discovered, answered, req, res));
  const principal = personOf(claims, parts);
  const before = cookies.session(req);
  const { digest: loginDigest } = answered;
  const place = exchangeOf(req);
  const token = await sessions.begin({ principal, idToken, loginDigest, before, place });
  if (token === undefined) throw new SignInRefused('stale', 'The sign-in has made a session before.');
  cookies.setSession(res, token);
  exchangeOf(req).principal = principal;
  logger.info({ requestId: exchangeOf(req).requestId, principal: principal.id }, 'signed in');
  return returnPathOf(answered.returnPath);
}

/** Nothing else of the answer is looked at before. */
function belongingTo(attempt: LoginAttempt | undefined, { query: { state } }: Request): LoginAttempt {
  if (attempt === undefined) throw new SignInRefused('stale', 'The browser has begun no sign-in.');
  if (typeof state === 'string' && isAnswerTo(attempt, state)) return attempt;
  throw new SignInRefused('stale', 'The state is not that of the sign-in that the browser has begun.');
}

/** RFC 6749, 4.1.2.1; RFC 9207, 2.4: an answer of another issuer is none. */
function checkAnswer({ query }: Request, issuer: string, { metadata }: DiscoveredProvider): void {
  const { iss, error, code } = query;
  if (iss === undefined ? metadata.namesItself : iss !== issuer) {
    throw new SignInRefused('untrusted', 'The answer is not of the issuer.');
  }
  if (error !== undefined) {
    const which = typeof error === 'string' && /^[\w.-]{1,100}$/.test(error) ? error : 'an error';
    throw new SignInRefused('denied', `The provider answered ${which}.`);
  }
  if (typeof code !== 'string' || code === '' || code.length > longestCode) {
    throw new SignInRefused('untrusted', 'Expected one code in the answer.');
  }
}

/** Has passport's strategy redeem the code; the ID token has been verified before the strategy sees it. */
function redeemed(
  { config, redirectUri, clock, timeLimitMs }: LoginParts,
  discovered: DiscoveredProvider,
  attempt: LoginAttempt,
  req: Request,
  res: Response,
): Promise<SignedIn> {
  return new Promise((resolve, reject) => {
    let signedIn: SignedIn | undefined;
    const redeem = async (code: string): Promise<string> => {
      const { codeVerifier, nonce } = attempt;
      const { metadata } = discovered;
      const idToken = await redeemCode({ code, codeVerifier, redirectUri }, config, metadata, timeLimitMs);
      signedIn = { idToken, claims: await verifyIdToken(idToken, nonce, config, discovered, clock.now()) };
      return idToken;
    };
    const keep = (): void => reject(new Error('Expected no sign-in to begin where one is finished.'));
    const strategy = new OidcStrategy({
      ...{ config, metadata: discovered.metadata, redirectUri, attempt, keep, redeem },
    });
    runStrategy(strategy, { req, res }, (error, isSuccess) => {
      if (error !== undefined) reject(error instanceof Error ? error : new Error(String(error)));
      else if (isSuccess && signedIn !== undefined) resolve(signedIn);
      else reject(new SignInRefused('untrusted', 'passport-openidconnect did not take the ID token.'));
    });
  });
}

/** Whom the claims speak of: somebody with a role. */
function personOf(claims: JWTPayload, { config }: LoginParts): Principal & { readonly name: string } {
  const principal = principalOf(claims, config.claims, 'oidc');
  if (principal === undefined) {
    const { name, tenant, grants } = config.claims;
    const names = [name, tenant, grants].filter((one) => one !== undefined).join(', ');
    throw new SignInRefused('claims', `Expected claims that can be read, of ${names}, but found others.`);
  }
  if (principal.roles.length > 0) return principal;
  throw new SignInRefused(
    'no-role',
    `Expected a role of ${principal.id} in the claim ${config.claims.roles}.`,
  );
}
