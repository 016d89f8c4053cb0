import { isSafeUrl } from '../../platform/safe-url.js';
import { isJsonObject } from '../fetch-json.js';

/** What a provider says of itself, as far as it is used here (OpenID Connect Discovery, 3). */
export interface ProviderMetadata {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
  /** Where its own session is ended (RP-Initiated Logout, 2.1); absent where it cannot. */
  readonly endSessionEndpoint?: string;
  /** How a client may tell who it is at the token endpoint. */
  readonly tokenAuthMethods: readonly string[];
  /** Its answers to the browser name it (RFC 9207). */
  readonly namesItself: boolean;
}

/** Where an issuer describes itself (OpenID Connect Discovery, 4). */
export function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/**
 * Reads a discovery document. Throws for one of another issuer (which would have its keys believed), and where an address that is used
 * is missing or could be read by others.
 */
export function readMetadata(issuer: string, document: unknown): ProviderMetadata {
  if (!isJsonObject(document)) throw new Error('Expected a discovery document but found something else.');
  if (document['issuer'] !== issuer) {
    throw new Error(`Expected the discovery document of ${issuer} but found another issuer's.`);
  }
  const endSessionEndpoint =
    document['end_session_endpoint'] === undefined ? undefined : addressIn(document, 'end_session_endpoint');
  const methods: unknown = document['token_endpoint_auth_methods_supported'];
  return {
    authorizationEndpoint: addressIn(document, 'authorization_endpoint'),
    tokenEndpoint: addressIn(document, 'token_endpoint'),
    jwksUri: addressIn(document, 'jwks_uri'),
    ...(endSessionEndpoint === undefined ? {} : { endSessionEndpoint }),
    // What is meant where it is not said.
    tokenAuthMethods: Array.isArray(methods) ? methods.map(String) : ['client_secret_basic'],
    namesItself: document['authorization_response_iss_parameter_supported'] === true,
  };
}

function addressIn(document: Readonly<Record<string, unknown>>, name: string): string {
  const value = document[name];
  if (typeof value === 'string' && isSafeUrl(value)) return value;
  throw new Error(`Expected ${name} to be a URL of https, or of http on this machine.`);
}
