import { type RequestHandler, Router } from 'express';
import type { LoginSessions } from '../../identity/login-sessions.js';
import type { OidcProvider } from '../../identity/oidc/oidc-provider.js';
import type { Clock } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import type { OidcConfig } from '../../platform/oidc-config.js';
import { refuse } from '../respond/refusal.js';
import { send } from '../respond/send.js';
import { answerLoginError } from './answer-login-error.js';
import { beginSignIn } from './begin-sign-in.js';
import { checkChange } from './check-change.js';
import { CodeGate } from './code-gate.js';
import { finishSignIn } from './finish-sign-in.js';
import { LoginCookies } from './login-cookies.js';
import { signOut } from './sign-out.js';

/** Where people sign in and out with a browser; no part of the JSON contract, which programs use. */
export const loginPaths = { begin: '/login', finish: '/login/callback', end: '/logout' } as const;

/** Of a 401: where a person signs in. */
export const loginHeader = 'Throughline-Login';

/** What signing in needs. */
export interface Login {
  readonly config: OidcConfig;
  readonly provider: Pick<OidcProvider, 'discovered'>;
  readonly sessions: LoginSessions;
  /** How long the provider may take to redeem a code; default five seconds. */
  readonly timeLimitMs?: number;
}

export interface LoginParts extends Login {
  readonly cookies: LoginCookies;
  readonly gate: CodeGate;
  readonly redirectUri: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A session of theirs has ended. */
  readonly onSignedOut: (principalId: string) => void;
}

/** Signing in and out. Nobody is asked for credentials here: it is bounded by being cheap, and by {@link CodeGate} where it is not. */
export function createLogin(
  login: Login,
  { clock, logger, onSignedOut }: Pick<LoginParts, 'clock' | 'logger' | 'onSignedOut'>,
): Router {
  const { publicOrigin } = login.config;
  const parts: LoginParts = {
    ...login,
    cookies: new LoginCookies(login.config),
    gate: new CodeGate(clock),
    redirectUri: `${publicOrigin}${loginPaths.finish}`,
    clock,
    logger,
    onSignedOut,
  };
  const router = Router({ caseSensitive: true, strict: true });
  router.use(Object.values(loginPaths), (_req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    next();
  });
  router.get(loginPaths.begin, (req, res, next) => beginSignIn(parts, req, res, next));
  router.get(loginPaths.finish, async (req, res) => {
    const returnPath = await finishSignIn(parts, req, res);
    res.writeHead(303, { Location: `${publicOrigin}${returnPath}`, 'Content-Length': 0 }).end();
  });
  router.post(loginPaths.end, async (req, res) => {
    checkChange(req, login.config);
    const location = await signOut(parts, req, res);
    send(res, 200, 'application/json', JSON.stringify({ location }));
  });
  router.all([loginPaths.begin, loginPaths.finish], onlyBy('GET, HEAD'));
  router.all(loginPaths.end, onlyBy('POST'));
  router.use(answerLoginError(logger));
  return router;
}

function onlyBy(allow: string): RequestHandler {
  return (req) => {
    throw refuse('method-not-allowed', `Expected ${allow} but found ${req.method}.`, {
      headers: { Allow: allow },
    });
  };
}
