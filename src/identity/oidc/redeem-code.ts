import type { OidcConfig } from '../../platform/oidc-config.js';
import { fetchJson, isJsonObject, type JsonAnswer } from '../fetch-json.js';
import type { ProviderMetadata } from './provider-metadata.js';
import { ProviderUnavailable, SignInRefused } from './sign-in-error.js';

export interface CodeRedemption {
  readonly code: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
}

/**
 * Hands the code in at the token endpoint with its PKCE verifier (RFC 6749, 4.1.3; RFC 7636, 4.5) and answers the ID token, which nobody
 * has looked at yet. @throws SignInRefused where the provider does not take the code; ProviderUnavailable.
 */
export async function redeemCode(
  redemption: CodeRedemption,
  config: Pick<OidcConfig, 'clientId' | 'clientSecret'>,
  { tokenEndpoint, tokenAuthMethods }: ProviderMetadata,
  timeLimitMs?: number,
): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code: redemption.code,
    redirect_uri: redemption.redirectUri,
    code_verifier: redemption.codeVerifier,
  });
  const headers = authenticateClient(form, config, tokenAuthMethods);
  let answer: JsonAnswer;
  try {
    const limit = timeLimitMs === undefined ? {} : { timeLimitMs };
    answer = await fetchJson(tokenEndpoint, { form, headers, ...limit });
  } catch (error) {
    throw new ProviderUnavailable('The token endpoint does not answer as it should.', { cause: error });
  }
  return idTokenOf(answer);
}

/** Adds what tells who the client is (RFC 6749, 2.3.1): the secret in the header, or in the form where the provider takes only that. */
function authenticateClient(
  form: URLSearchParams,
  { clientId, clientSecret }: Pick<OidcConfig, 'clientId' | 'clientSecret'>,
  methods: readonly string[],
): Readonly<Record<string, string>> {
  const isInForm = methods.includes('client_secret_post') && !methods.includes('client_secret_basic');
  if (clientSecret !== undefined && !isInForm) {
    const credentials = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`;
    return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  }
  form.set('client_id', clientId);
  if (clientSecret !== undefined) form.set('client_secret', clientSecret);
  return {};
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

const errorPattern = /^[\w.-]{1,100}$/;

function idTokenOf({ status, body }: JsonAnswer): string {
  const fields = isJsonObject(body) ? body : {};
  const { error, id_token: idToken } = fields;
  if (status >= 400 && status < 500 && typeof error === 'string') {
    const which = errorPattern.test(error) ? error : 'an error';
    // A client that is not known is our mistake, and nothing that the person could do otherwise.
    if (error === 'invalid_client' || error === 'unauthorized_client') {
      throw new ProviderUnavailable(`The token endpoint answered ${which}: see OIDC_CLIENT_ID and _SECRET.`);
    }
    throw new SignInRefused('untrusted', `The token endpoint did not take the code: ${which}.`);
  }
  if (status === 200 && typeof idToken === 'string') return idToken;
  throw new ProviderUnavailable(`Expected an ID token of the token endpoint but found none (${status}).`);
}
