import type { NextFunction, Request, RequestHandler, Response } from 'express';
import passport from 'passport';
import type { OidcStrategy } from '../../identity/oidc/oidc-strategy.js';

/** Its own: what else uses passport in this process has nothing to do with it. Sessions are ours, not passport's. */
const authenticator = new passport.Authenticator();

/** Tells whether the strategy was content, unless it redirects the browser. */
export type OnResult = (error: unknown, isSuccess: boolean) => void;

export function runStrategy(
  strategy: OidcStrategy,
  { req, res, prompt }: { readonly req: Request; readonly res: Response; readonly prompt?: 'login' },
  onResult: OnResult,
): void {
  const options = { session: false, ...(prompt === undefined ? {} : { prompt }) };
  const callback = (error: unknown, user: unknown): void =>
    onResult(error ?? undefined, user !== undefined && user !== false);
  const next: NextFunction = (error: unknown) => onResult(error, false);
  // Its types leave open for which framework it makes a handler; as it is, for this one.
  const handle = authenticator.authenticate(strategy, options, callback) as RequestHandler;
  void handle(req, res, next);
}
