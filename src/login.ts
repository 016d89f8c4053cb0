import type { Login } from './facade/login/create-login.js';
import { LoginSessions } from './identity/login-sessions.js';
import { OidcProvider } from './identity/oidc/oidc-provider.js';
import { systemClock } from './platform/clock.js';
import type { Config } from './platform/config.js';
import type { Logger } from './platform/logger.js';
import type { Store } from './runtime/ports.js';

/** How people sign in, where the configuration names a provider. It is asked when the first does. */
export function loginOf({ oidc }: Config, store: Store, logger: Logger): { readonly login?: Login } {
  if (oidc === undefined) return {};
  const sessions = new LoginSessions(store, systemClock, logger, oidc);
  return { login: { config: oidc, provider: new OidcProvider(oidc.issuer, systemClock), sessions } };
}
