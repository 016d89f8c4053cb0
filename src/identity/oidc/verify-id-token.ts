import { errors, jwtVerify, type JWTPayload, type JWTVerifyResult } from 'jose';
import type { OidcConfig } from '../../platform/oidc-config.js';
import { typeName } from '../../platform/jwt-config.js';
import { KeysUnavailable } from '../key-set.js';
import type { DiscoveredProvider } from './oidc-provider.js';
import { ProviderUnavailable, SignInRefused } from './sign-in-error.js';

/** Access tokens of the same provider have this type (RFC 9068, 2.1): they tell nobody who has signed in. */
const typesOfOthers: readonly string[] = ['at+jwt', 'logout+jwt', 'secevent+jwt'];

/**
 * The claims of an ID token that is good (OpenID Connect Core, 3.1.3.7): signed by a key that the provider publishes, with an algorithm of
 * the list, of this issuer, for this client, not over, and for the sign-in whose nonce it is.
 * @throws SignInRefused for any other; ProviderUnavailable while the keys are not there.
 */
export async function verifyIdToken(
  token: string,
  nonce: string,
  config: OidcConfig,
  { keys }: Pick<DiscoveredProvider, 'keys'>,
  now: number,
): Promise<JWTPayload> {
  const { payload, protectedHeader } = await verified(token, config, keys, now);
  const { aud, azp, iat = 0 } = payload;
  const isForUsAlone = !Array.isArray(aud) || aud.length === 1;
  if (typesOfOthers.includes(typeName(protectedHeader.typ ?? ''))) throw untrusted('its type is another');
  if (payload['nonce'] !== nonce) throw untrusted('its nonce is another');
  if (azp === undefined ? !isForUsAlone : azp !== config.clientId) throw untrusted('its azp is another');
  if (iat * 1_000 > now + config.clockToleranceMs) throw untrusted('its iat is in the future');
  return payload;
}

async function verified(
  token: string,
  { issuer, clientId, algorithms, clockToleranceMs }: OidcConfig,
  keys: DiscoveredProvider['keys'],
  now: number,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, (header, given) => keys.keyOf(header, given), {
      issuer,
      audience: clientId,
      algorithms: [...algorithms],
      clockTolerance: clockToleranceMs / 1_000,
      currentDate: new Date(now),
      requiredClaims: ['sub', 'exp', 'iat'],
    });
  } catch (error) {
    if (error instanceof KeysUnavailable) {
      throw new ProviderUnavailable('The keys of the provider are not there.', { cause: error });
    }
    // The error itself holds the claims, which are no concern of the log.
    if (error instanceof errors.JOSEError) throw untrusted(`${error.code}: ${error.message}`);
    // The provider's key cannot be used for the algorithm, such as an RSA key that is too short.
    if (error instanceof TypeError) throw untrusted('its key cannot be used');
    throw error;
  }
}

function untrusted(why: string): SignInRefused {
  return new SignInRefused('untrusted', `The ID token is not to be believed: ${why}.`);
}
