import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { discoveryTimes, OidcProvider } from '../../src/identity/oidc/oidc-provider.js';
import { redeemCode } from '../../src/identity/oidc/redeem-code.js';
import { ProviderUnavailable } from '../../src/identity/oidc/sign-in-error.js';
import { FakeClock } from '../support/fake-clock.js';
import { type FakeOpenIdProvider, startFakeOpenIdProvider } from '../support/fake-openid-provider.js';

describe('an OpenID provider', () => {
  let fake: FakeOpenIdProvider;
  let clock: FakeClock;
  let provider: OidcProvider;
  beforeEach(async () => {
    fake = await startFakeOpenIdProvider();
    clock = new FakeClock();
    provider = new OidcProvider(fake.issuer, clock, 300);
  });
  afterEach(() => fake.close());

  const isAway = () => assert.rejects(provider.discovered(), ProviderUnavailable);

  it('is asked for its addresses once for many sign-ins, and again after an hour', async () => {
    assert.equal(fake.discoveries(), 0, 'not before anybody signs in');
    await Promise.all([provider.discovered(), provider.discovered(), provider.discovered()]);
    await provider.discovered();
    assert.equal(fake.discoveries(), 1);
    fake.describe({ token_endpoint: `${fake.issuer}/another` });
    clock.advance(discoveryTimes.freshMs);
    const { metadata } = await provider.discovered();
    assert.equal(metadata.tokenEndpoint, `${fake.issuer}/another`);
    assert.equal(fake.discoveries(), 2);
  });

  it('that is away is asked every five seconds at most, however many want to sign in, and found when it is back', async () => {
    for (const answer of [
      { status: 500, text: 'away' },
      { text: 'rubbish' },
      'hangs',
      'breaks off',
    ] as const) {
      const asked = fake.discoveries();
      fake.answer('discovery', answer);
      await Promise.all([isAway(), isAway()]);
      await isAway();
      assert.equal(fake.discoveries(), asked + 1);
      clock.advance(discoveryTimes.pauseMs);
    }
    fake.answer('discovery', undefined);
    assert.equal((await provider.discovered()).metadata.jwksUri, `${fake.issuer}/keys`);
  });

  it('is used for a day as it was, while it is away', async () => {
    await provider.discovered();
    fake.answer('discovery', { status: 500, text: 'away' });
    clock.advance(discoveryTimes.usableMs - 1);
    await provider.discovered();
    clock.advance(discoveryTimes.pauseMs);
    await isAway();
  });

  it('is none that describes another issuer, or whose addresses are missing or could be read by others', async () => {
    const documents: readonly Readonly<Record<string, unknown>>[] = [
      { issuer: 'https://id.example.com' },
      { issuer: `${fake.issuer}/` },
      { issuer: undefined },
      { authorization_endpoint: undefined },
      { token_endpoint: 'http://id.example.com/token' },
      { jwks_uri: 'file:///etc/passwd' },
      { authorization_endpoint: 'javascript:alert(1)' },
      { end_session_endpoint: 'http://id.example.com/end' },
      { token_endpoint: 7 },
    ];
    for (const document of documents) {
      fake.describe(document);
      await isAway();
      clock.advance(discoveryTimes.pauseMs);
    }
    fake.answer('discovery', { json: [] });
    await isAway();
  });

  it('is told who the client is as it wants it: in the header, else in the form; a public one by its id alone', async () => {
    fake.answer('token', { json: { id_token: 'i' } });
    const redemption = { code: 'c', codeVerifier: 'v', redirectUri: 'r' };
    const told = async (methods: readonly string[] | undefined, clientSecret?: string) => {
      fake.describe(methods === undefined ? {} : { token_endpoint_auth_methods_supported: methods });
      const { metadata } = await new OidcProvider(fake.issuer, clock).discovered();
      const config = { clientId: 'a:b', ...(clientSecret === undefined ? {} : { clientSecret }) };
      assert.equal(await redeemCode(redemption, config, metadata), 'i');
      const { form, authorization } = fake.redeemed.at(-1) ?? assert.fail('Expected a redeemed code.');
      assert.equal(form.get('code_verifier'), 'v');
      return [authorization, form.get('client_id'), form.get('client_secret')];
    };
    const basic = `Basic ${Buffer.from('a%3Ab:s%2B').toString('base64')}`;
    assert.deepEqual(await told(undefined, 's+'), [basic, null, null]);
    assert.deepEqual(await told(['client_secret_post', 'client_secret_basic'], 's+'), [basic, null, null]);
    assert.deepEqual(await told(['client_secret_post'], 's+'), [undefined, 'a:b', 's+']);
    assert.deepEqual(await told(undefined), [undefined, 'a:b', null]);
  });
});
