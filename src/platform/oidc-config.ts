import type { ClaimNames } from './claim-names.js';

/** How people sign in, and how long that lasts. */
export interface OidcConfig {
  /** The OpenID provider, as its discovery document and its ID tokens name it. */
  readonly issuer: string;
  readonly clientId: string;
  /** Absent: a public client, which PKCE alone protects. */
  readonly clientSecret?: string;
  /** What is asked for besides `openid`. */
  readonly scopes: readonly string[];
  /** Signature algorithms that an ID token may have; asymmetric ones only. */
  readonly algorithms: readonly string[];
  readonly clockToleranceMs: number;
  readonly claims: ClaimNames;
  /** The origin under which browsers see this server: `https://…`, or `http://` on this machine. */
  readonly publicOrigin: string;
  /** A session that is not used for so long has ended. */
  readonly sessionIdleMs: number;
  /** However much it is used, it ends after that: the roles of the next one are asked for anew. */
  readonly sessionLifetimeMs: number;
}

/** The values of the variables of a sign-in. */
export interface OidcValues {
  readonly OIDC_ISSUER?: string;
  readonly OIDC_CLIENT_ID?: string;
  readonly OIDC_CLIENT_SECRET?: string;
  readonly OIDC_SCOPES: readonly string[];
  readonly OIDC_ALGORITHMS: readonly string[];
  readonly OIDC_CLOCK_TOLERANCE_MS: number;
  readonly OIDC_NAME_CLAIM: string;
  readonly OIDC_ROLES_CLAIM: string;
  readonly OIDC_TENANT_CLAIM?: string;
  readonly OIDC_GRANTS_CLAIM: string;
  readonly PUBLIC_URL?: string;
  readonly SESSION_IDLE_MS: number;
  readonly SESSION_LIFETIME_MS: number;
}

/** Undefined without a provider: then nobody signs in. */
export function oidcConfigFrom(values: OidcValues): OidcConfig | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, PUBLIC_URL: publicUrl } = values;
  if (issuer === undefined || clientId === undefined || publicUrl === undefined) return undefined;
  const { OIDC_CLIENT_SECRET: clientSecret, OIDC_TENANT_CLAIM: tenant } = values;
  return {
    issuer,
    clientId,
    ...(clientSecret === undefined ? {} : { clientSecret }),
    scopes: values.OIDC_SCOPES.filter((scope) => scope !== 'openid'),
    algorithms: values.OIDC_ALGORITHMS,
    clockToleranceMs: values.OIDC_CLOCK_TOLERANCE_MS,
    claims: {
      name: values.OIDC_NAME_CLAIM,
      roles: values.OIDC_ROLES_CLAIM,
      grants: values.OIDC_GRANTS_CLAIM,
      ...(tenant === undefined ? {} : { tenant }),
    },
    publicOrigin: new URL(publicUrl).origin,
    sessionIdleMs: values.SESSION_IDLE_MS,
    sessionLifetimeMs: values.SESSION_LIFETIME_MS,
  };
}
