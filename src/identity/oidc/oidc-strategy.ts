import type { Request } from 'express';
import OpenIDConnectStrategy from 'passport-openidconnect';
import type { OidcConfig } from '../../platform/oidc-config.js';
import { isAnswerTo, type LoginAttempt } from './login-attempt.js';
import type { ProviderMetadata } from './provider-metadata.js';

/** Redeems a code for an ID token that has been verified. Rejects with why there is none. */
export type RedeemVerified = (code: string) => Promise<string>;

export interface OidcStrategyParts {
  readonly config: OidcConfig;
  readonly metadata: ProviderMetadata;
  readonly redirectUri: string;
  /** Undefined for an answer that belongs to no sign-in of the browser. */
  readonly attempt: LoginAttempt | undefined;
  /** Makes the browser keep the sign-in that is begun. */
  readonly keep: (attempt: LoginAttempt) => void;
  readonly redeem: RedeemVerified;
}

/**
 * passport-openidconnect, hardened. By itself it believes ID tokens without looking at their signature, has no PKCE, and fetches
 * without a limit of time or size; a malformed answer ends the process. Here it never fetches: it asks `redeem`, which verifies before
 * anything is read. State, nonce and the PKCE challenge are those of the browser's own sign-in. One is made for each request, since it
 * is about that one request's sign-in.
 */
export class OidcStrategy extends OpenIDConnectStrategy {
  readonly #attempt: LoginAttempt | undefined;

  constructor({ config, metadata, redirectUri, attempt, keep, redeem }: OidcStrategyParts) {
    super(
      {
        issuer: config.issuer,
        authorizationURL: metadata.authorizationEndpoint,
        tokenURL: metadata.tokenEndpoint,
        clientID: config.clientId,
        // Both belong to requests that are not made here.
        clientSecret: '',
        userInfoURL: '',
        skipUserProfile: true,
        callbackURL: redirectUri,
        scope: [...config.scopes],
        store: new AttemptStore(attempt, keep),
      },
      (_issuer: string, _profile: object, _context: object, _idToken: string | object, done: Done) =>
        done(null, {}),
    );
    this.#attempt = attempt;
    const getOAuthAccessToken = (code: string, _form: unknown, answer: TokenCallback): void => {
      redeem(code)
        .then((idToken) => answer(null, undefined, undefined, { id_token: idToken }))
        .catch((error: unknown) => this.error(error instanceof Error ? error : new Error(String(error))));
    };
    Object.assign(this._oauth2, { getOAuthAccessToken });
  }

  /** OpenID Connect Core, 3.1.2.1; RFC 7636, 4.3. */
  override authorizationParams(): object {
    if (this.#attempt === undefined) return {};
    const { nonce, codeChallenge } = this.#attempt;
    return { nonce, code_challenge: codeChallenge, code_challenge_method: 'S256' };
  }
}

type Done = (error?: Error | null, user?: Express.User) => void;
type TokenCallback = (
  error: null,
  accessToken: undefined,
  refreshToken: undefined,
  result: object,
) => unknown;

/** Hands the state out and compares it; the browser's cookie is what is kept. */
class AttemptStore implements OpenIDConnectStrategy.SessionStore {
  constructor(
    private readonly attempt: LoginAttempt | undefined,
    private readonly keep: (attempt: LoginAttempt) => void,
  ) {}

  store(
    _req: Request,
    _context: unknown,
    _state: unknown,
    _meta: unknown,
    answer: OpenIDConnectStrategy.SessionStoreCallback,
  ): void {
    if (this.attempt === undefined) return answer(new Error('Expected a sign-in that begins.'));
    this.keep(this.attempt);
    answer(null, this.attempt.state);
  }

  verify(_req: Request, state: string, answer: OpenIDConnectStrategy.SessionVerifyCallback): void {
    if (this.attempt === undefined || !isAnswerTo(this.attempt, state)) answer(null, false);
    else answer(null, { nonce: this.attempt.nonce });
  }
}
