import type { IncomingMessage } from 'node:http';
import type { LoginSessions } from '../../identity/login-sessions.js';
import type { Principal } from '../../identity/principal.js';
import type { OidcConfig } from '../../platform/oidc-config.js';
import { checkChange, isOfOwnSite } from './check-change.js';
import { LoginCookies } from './login-cookies.js';

/** Who has signed in with the browser that sends a request; undefined for nobody. Throws `csrf-refused`. */
export type SessionPrincipal = (req: IncomingMessage, isUse?: boolean) => Promise<Principal | undefined>;

export function createSessionPrincipal(
  config: Pick<OidcConfig, 'publicOrigin'>,
  sessions: Pick<LoginSessions, 'principalOf'>,
): SessionPrincipal {
  const cookies = new LoginCookies(config);
  return async (req, isUse) => {
    const token = cookies.session(req);
    if (token === undefined) return undefined;
    checkChange(req, config);
    return isOfOwnSite(req) ? sessions.principalOf(token, isUse) : undefined;
  };
}
