import type { OidcConfig } from '../../platform/oidc-config.js';
import type { ProviderMetadata } from './provider-metadata.js';

/** Where the browser ends the provider's session, too, and comes back from (RP-Initiated Logout, 2); undefined where there is no such address. */
export function logoutUrl(
  { endSessionEndpoint }: ProviderMetadata,
  { clientId, publicOrigin }: Pick<OidcConfig, 'clientId' | 'publicOrigin'>,
  idToken: string | undefined,
): string | undefined {
  if (endSessionEndpoint === undefined) return undefined;
  const url = new URL(endSessionEndpoint);
  url.searchParams.set('client_id', clientId);
  url.searchParams.set('post_logout_redirect_uri', `${publicOrigin}/`);
  if (idToken !== undefined) url.searchParams.set('id_token_hint', idToken);
  return url.href;
}
