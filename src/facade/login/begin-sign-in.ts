import type { NextFunction, Request, Response } from 'express';
import { newLoginAttempt } from '../../identity/oidc/login-attempt.js';
import { OidcStrategy } from '../../identity/oidc/oidc-strategy.js';
import type { LoginParts } from './create-login.js';
import { returnPathOf } from './return-path.js';
import { runStrategy } from './run-strategy.js';

/** Sends the browser to the provider, with a new sign-in in its cookie. Throws `ProviderUnavailable`. */
export async function beginSignIn(
  { config, provider, cookies, redirectUri, clock }: LoginParts,
  req: Request,
  res: Response,
  next: NextFunction,
): Promise<void> {
  const { metadata } = await provider.discovered();
  const { return_to: returnTo, prompt } = req.query;
  const strategy = new OidcStrategy({
    ...{ config, metadata, redirectUri },
    attempt: newLoginAttempt(returnPathOf(returnTo), clock.now()),
    keep: ({ text }) => cookies.setAttempt(res, text),
    redeem: () => Promise.reject(new Error('Expected no code where a sign-in begins.')),
  });
  runStrategy(strategy, { req, res, ...(prompt === 'login' ? { prompt } : {}) }, next);
}
