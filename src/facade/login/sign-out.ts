import type { Request, Response } from 'express';
import { logoutUrl } from '../../identity/oidc/logout-url.js';
import { ProviderUnavailable } from '../../identity/oidc/sign-in-error.js';
import { exchangeOf } from '../request/exchange.js';
import type { LoginParts } from './create-login.js';

/**
 * Ends the session, on every node, and answers where the browser is to go: where the provider ends its own session, else to the page. Ours
 * has ended also when the provider is away.
 */
export async function signOut(
  { config, provider, sessions, cookies, onSignedOut }: LoginParts,
  req: Request,
  res: Response,
): Promise<string> {
  const token = cookies.session(req);
  const ended = token === undefined ? undefined : await sessions.end(token, exchangeOf(req));
  cookies.forgetSession(res);
  if (ended === undefined) return '/';
  onSignedOut(ended.principalId);
  try {
    const { metadata } = await provider.discovered();
    return logoutUrl(metadata, config, ended.idToken) ?? '/';
  } catch (error) {
    if (error instanceof ProviderUnavailable) return '/';
    throw error;
  }
}
