import type { OidcConfig } from '../../../src/platform/oidc-config.js';

/** Stands for the server of the test: cookies are as they are over https. */
export const publicOrigin = 'https://journeys.example.com';
export const publicHost = 'journeys.example.com';
export const sessionCookie = '__Host-throughline-session';
export const loginCookie = '__Host-throughline-login';
export const client = { clientId: 'throughline', clientSecret: 'a secret: 100% of it+more' } as const;

/** As the server is configured in these tests. */
export function oidcConfig(issuer: string, more: Partial<OidcConfig> = {}): OidcConfig {
  return {
    ...{ issuer, ...client, publicOrigin },
    scopes: ['profile'],
    algorithms: ['RS256', 'ES256'],
    clockToleranceMs: 5_000,
    claims: { name: 'name', roles: 'roles', grants: 'grants' },
    sessionIdleMs: 30 * 60_000,
    sessionLifetimeMs: 8 * 60 * 60_000,
    ...more,
  };
}
