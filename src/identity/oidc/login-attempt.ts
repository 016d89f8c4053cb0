import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long somebody may take to sign in at the provider. */
export const attemptLimitMs = 10 * 60_000;

const secretPattern = /^[A-Za-z0-9_-]{43}$/;

/**
 * A sign-in that a browser has begun. The browser keeps all of it in a cookie, the server nothing: whoever begins sign-ins without end
 * fills no table, and any node can finish one.
 */
export interface LoginAttempt {
  /** What the cookie holds. */
  readonly text: string;
  /** Goes to the provider and comes back with its answer (RFC 6749, 10.12): the answer is for this browser. */
  readonly state: string;
  /** Comes back in the ID token (OpenID Connect Core, 15.5.2): the token is for this browser, and for this once. */
  readonly nonce: string;
  /** Goes to the provider with the code alone (RFC 7636): nobody else can redeem the code. */
  readonly codeVerifier: string;
  readonly codeChallenge: string;
  /** Tells sign-ins apart and opens nothing. */
  readonly digest: string;
  /** Where on this server to go on. */
  readonly returnPath: string;
}

/** Begins a sign-in. `now` is in milliseconds since the epoch. */
export function newLoginAttempt(returnPath: string, now: number): LoginAttempt {
  return attempt(randomBytes(32).toString('base64url'), String(now), returnPath);
}

/** Reads what a cookie holds; undefined for what is none, or was begun too long ago. */
export function loginAttemptOf(text: string, now: number): LoginAttempt | undefined {
  const [secret = '', startedAt = '', path = '', ...more] = text.split('.');
  if (!secretPattern.test(secret) || !/^\d{1,15}$/.test(startedAt) || more.length > 0) return undefined;
  const age = now - Number(startedAt);
  // Nodes whose clocks differ by some seconds finish each other's sign-ins.
  if (age > attemptLimitMs || age < -attemptLimitMs) return undefined;
  return attempt(secret, startedAt, Buffer.from(path, 'base64url').toString('utf8'));
}

/** Whether the provider's answer belongs to the sign-in; in a time that tells nothing. */
export function isAnswerTo({ state }: LoginAttempt, given: string): boolean {
  const [a, b] = [Buffer.from(state), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Each value is derived from the one secret by a way of no return (OpenID Connect Core, 15.5.2, proposes so for the nonce): who sees the
 * state in an address knows neither the verifier nor the cookie. The time and the path are part of it, so that nobody changes them.
 */
function attempt(secret: string, startedAt: string, returnPath: string): LoginAttempt {
  const derived = (purpose: string): string =>
    createHmac('sha256', secret).update(`${purpose}\n${startedAt}\n${returnPath}`).digest('base64url');
  const codeVerifier = derived('code verifier');
  return {
    text: [secret, startedAt, Buffer.from(returnPath).toString('base64url')].join('.'),
    state: derived('state'),
    nonce: derived('nonce'),
    codeVerifier,
    codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    digest: createHash('sha256').update(derived('digest')).digest('hex'),
    returnPath,
  };
}
