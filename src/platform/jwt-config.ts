import type { ClaimNames } from './claim-names.js';

/** Signature algorithms that a bearer JWT may have. Asymmetric only: whoever can check a symmetric one can also make it. */
export const jwtAlgorithms = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA'] as const),
] as const;

/** Which bearer JWTs are believed, and what their claims mean. */
export interface JwtConfig {
  readonly issuer: string;
  /** One of these must be among the token's. */
  readonly audiences: readonly string[];
  /** Where the issuer's keys are. */
  readonly jwksUrl: string;
  readonly algorithms: readonly string[];
  /** What `typ` in the header may be, in lower case, without `application/`. */
  readonly types: readonly string[];
  /** All of these must be in `scope` or `scp`. */
  readonly scopes: readonly string[];
  readonly clockToleranceMs: number;
  readonly claims: ClaimNames;
}

/** The values of the variables named `JWT_…`. */
export interface JwtValues {
  readonly JWT_ISSUER?: string;
  readonly JWT_AUDIENCE: readonly string[];
  readonly JWT_JWKS_URL?: string;
  readonly JWT_ALGORITHMS: readonly string[];
  readonly JWT_TYPES: readonly string[];
  readonly JWT_SCOPES: readonly string[];
  readonly JWT_CLOCK_TOLERANCE_MS: number;
  readonly JWT_NAME_CLAIM: string;
  readonly JWT_ROLES_CLAIM: string;
  readonly JWT_TENANT_CLAIM?: string;
  readonly JWT_GRANTS_CLAIM: string;
}

/** Undefined without an issuer: then no JWT is believed. */
export function jwtConfigFrom(values: JwtValues): JwtConfig | undefined {
  const { JWT_ISSUER: issuer, JWT_JWKS_URL: jwksUrl, JWT_TENANT_CLAIM: tenant } = values;
  if (issuer === undefined || jwksUrl === undefined) return undefined;
  return {
    issuer,
    jwksUrl,
    audiences: values.JWT_AUDIENCE,
    algorithms: values.JWT_ALGORITHMS,
    types: values.JWT_TYPES.map(typeName),
    scopes: values.JWT_SCOPES,
    clockToleranceMs: values.JWT_CLOCK_TOLERANCE_MS,
    claims: {
      name: values.JWT_NAME_CLAIM,
      roles: values.JWT_ROLES_CLAIM,
      grants: values.JWT_GRANTS_CLAIM,
      ...(tenant === undefined ? {} : { tenant }),
    },
  };
}

/** `typ` is compared without regard to case, and `application/` may be left out (RFC 7515, 4.1.9). */
export function typeName(type: string): string {
  return type.toLowerCase().replace(/^application\//, '');
}
