import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Jwts, jwtLimits } from '../../src/identity/jwts.js';
import { KeySet, keySetTimes, KeysUnavailable } from '../../src/identity/key-set.js';
import type { JwtConfig } from '../../src/platform/jwt-config.js';
import { FakeClock } from '../support/fake-clock.js';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.js';

const audience = 'https://journeys.example.com';

describe('bearer JWTs', () => {
  let provider: IdentityProvider;
  let clock: FakeClock;
  beforeEach(async () => {
    provider = await startIdentityProvider();
    await provider.addKey('k1');
    clock = new FakeClock();
  });
  afterEach(() => provider.close());

  const configured = (change: Partial<JwtConfig> = {}): JwtConfig => ({
    issuer: provider.issuer,
    audiences: [audience],
    jwksUrl: provider.jwksUrl,
    algorithms: ['RS256', 'ES256'],
    types: ['at+jwt'],
    scopes: [],
    clockToleranceMs: 5_000,
    claims: { name: 'sub', roles: 'roles', grants: 'grants' },
    ...change,
  });
  const believing = (change: Partial<JwtConfig> = {}): Jwts =>
    new Jwts(configured(change), new KeySet(provider.jwksUrl, clock), clock);
  const seconds = (): number => Math.floor(clock.now() / 1_000);
  const claims = (change: JWTPayload = {}): JWTPayload => ({
    ...{ iss: provider.issuer, aud: audience, sub: 'ann', roles: ['helpdesk'] },
    ...{ iat: seconds(), exp: seconds() + 300 },
    ...change,
  });
  const refused = async (jwts: Jwts, what: string, token: string): Promise<void> => {
    assert.equal(await jwts.verify(token), undefined, what);
  };

  it('say who bears them, by claims', async () => {
    const grants = { bpmnProcessIds: ['order'] };
    const more = {
      realm_access: { roles: ['admin', 'unheard-of'] },
      org: 'acme',
      'https://x/name': 'Ann',
      grants,
    };
    const jwts = believing({
      claims: { name: 'https://x/name', roles: 'realm_access.roles', tenant: 'org', grants: 'grants' },
    });
    assert.deepEqual(await jwts.verify(await provider.sign(claims(more))), {
      ...{ id: 'jwt:ann', name: 'Ann', tenantId: 'acme', roles: ['admin'], grants, by: 'token' },
      validUntil: (seconds() + 300) * 1_000 + 5_000,
    });
    const plain = await believing().verify(await provider.sign(claims({ roles: 'helpdesk worker' })));
    assert.deepEqual(plain, {
      ...{ id: 'jwt:ann', name: 'ann', tenantId: 'default', roles: ['helpdesk', 'worker'], grants: {} },
      by: 'token',
      validUntil: (seconds() + 300) * 1_000 + 5_000,
    });
  });

  it('are refused when they were signed with what is public, with nothing, or with another’s key', async () => {
    const pair = await provider.addKey('rsa', 'RS256');
    const jwts = believing();
    assert.ok(await jwts.verify(await provider.sign(claims())));
    const pem = await exportSPKI(pair.publicKey);
    for (const secret of [pem, pem.trim(), JSON.stringify(await exportJWK(pair.publicKey))]) {
      const key = createSecretKey(Buffer.from(secret));
      const header = { typ: 'at+jwt', kid: 'rsa', alg: 'HS256' };
      await refused(jwts, 'HS256', await new SignJWT(claims()).setProtectedHeader(header).sign(key));
    }
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const alg of ['none', 'None', 'NONE', '']) {
      const unsigned = `${part({ alg, typ: 'at+jwt', kid: 'rsa' })}.${part(claims())}`;
      await refused(jwts, alg, `${unsigned}.`);
      await refused(jwts, alg, `${unsigned}.AAAA`);
    }
    const stranger = await generateKeyPair('RS256');
    const header = { typ: 'at+jwt', kid: 'rsa', alg: 'RS256' };
    await refused(
      jwts,
      'other key',
      await new SignJWT(claims()).setProtectedHeader(header).sign(stranger.privateKey),
    );
    const [head = '', body = '', signature = ''] = (await provider.sign(claims())).split('.');
    await refused(jwts, 'other claims', `${head}.${part(claims({ roles: ['admin'] }))}.${signature}`);
    await refused(jwts, 'half', `${head}.${body}`);
  });

  it('bring no keys of their own, and no address to ask for some', async () => {
    const attacker = await startIdentityProvider();
    try {
      const { privateKey, publicKey } = await attacker.addKey('k1');
      const jwk = await exportJWK(publicKey);
      const jwts = believing();
      const headers: readonly Partial<JWTHeaderParameters>[] = [
        { jku: attacker.jwksUrl },
        { jwk },
        { x5u: attacker.jwksUrl },
        { x5c: ['AAAA'] },
        { kid: attacker.jwksUrl },
        { crit: ['b64'], b64: true },
        { crit: ['x'], x: 1 },
      ];
      for (const more of headers) {
        const header: JWTHeaderParameters = { typ: 'at+jwt', kid: 'k1', ...more, alg: 'ES256' };
        const signing = new SignJWT(claims()).setProtectedHeader(header);
        await refused(jwts, JSON.stringify(more), await signing.sign(privateKey, { crit: { x: true } }));
      }
      assert.equal(attacker.requests(), 0);
    } finally {
      await attacker.close();
    }
  });

  it('are access tokens: an ID token is none', async () => {
    const jwts = believing();
    for (const typ of ['JWT', 'id_token', '', 'at+jwt+x']) {
      await refused(jwts, typ, await provider.sign(claims(), { typ }));
    }
    assert.ok(await jwts.verify(await provider.sign(claims(), { typ: 'application/AT+JWT' })));
    const lenient = believing({ types: ['at+jwt', 'jwt'] });
    assert.ok(await lenient.verify(await provider.sign(claims(), { typ: 'JWT' })));
    for (const claim of ['nonce', 'at_hash', 'c_hash']) {
      await refused(lenient, claim, await provider.sign(claims({ [claim]: 'x' }), { typ: 'JWT' }));
    }
  });

  it('are of the issuer, for this audience, and of this time', async () => {
    const jwts = believing();
    const wrong: readonly JWTPayload[] = [
      { iss: 'https://id.example.com/' },
      { iss: undefined },
      { aud: 'https://other.example.com' },
      { aud: undefined },
      { aud: [] },
      { sub: undefined },
      { sub: '' },
      { sub: 'x'.repeat(300) },
      { exp: seconds() - 6 },
      { exp: undefined },
      { nbf: seconds() + 6 },
      { iat: seconds() + 6 },
    ];
    for (const change of wrong)
      await refused(jwts, JSON.stringify(change), await provider.sign(claims(change)));
    const right: readonly JWTPayload[] = [
      { aud: ['https://other.example.com', audience] },
      { exp: seconds() - 4 },
      { nbf: seconds() + 4 },
      { iat: seconds() + 4 },
    ];
    for (const change of right)
      assert.ok(await jwts.verify(await provider.sign(claims(change))), JSON.stringify(change));
  });

  it('end when they say, also those that are known already', async () => {
    const jwts = believing({ clockToleranceMs: 0 });
    const token = await provider.sign(claims({ exp: seconds() + 10 }));
    assert.ok(await jwts.verify(token));
    clock.advance(9_999);
    assert.ok(await jwts.verify(token));
    clock.advance(1);
    await refused(jwts, 'expired', token);
  });

  it('have an algorithm of the list, and the one of their key', async () => {
    const jwts = believing({ algorithms: ['ES256'] });
    await provider.addKey('rsa', 'RS256');
    await refused(jwts, 'RS256', await provider.sign(claims()));
  });

  it('have the scopes, a tenant that can be one, and grants that can be read', async () => {
    const scoped = believing({ scopes: ['read', 'write'] });
    assert.ok(await scoped.verify(await provider.sign(claims({ scope: 'write openid read' }))));
    assert.ok(await scoped.verify(await provider.sign(claims({ scp: ['read', 'write'] }))));
    for (const scope of ['read', 'readwrite', '', undefined]) {
      await refused(scoped, String(scope), await provider.sign(claims({ scope })));
    }
    const tenanted = believing({ claims: { name: 'sub', roles: 'roles', tenant: 'org', grants: 'grants' } });
    for (const org of [undefined, '', '../x', 7, ['acme']]) {
      await refused(tenanted, JSON.stringify(org), await provider.sign(claims({ org })));
    }
    for (const grants of [
      'all',
      ['x'],
      null,
      { bpmnProcessId: ['x'] },
      { jobTypes: 'x' },
      { jobTypes: [1] },
    ]) {
      await refused(believing(), JSON.stringify(grants), await provider.sign(claims({ grants })));
    }
  });

  describe('and the keys of their issuer', () => {
    it('are asked for once for many tokens, and again when they are old', async () => {
      const jwts = believing();
      for (let count = 0; count < 20; count += 1)
        await jwts.verify(await provider.sign(claims({ jti: String(count) })));
      assert.equal(provider.requests(), 1);
      clock.advance(keySetTimes.freshMs);
      await Promise.all(
        [1, 2, 3].map(async (n) => jwts.verify(await provider.sign(claims({ jti: `later ${n}` })))),
      );
      assert.equal(provider.requests(), 2);
    });

    it('rotate: a new one is found when a token has it, one that is gone is believed no more', async () => {
      const jwts = believing();
      const old = await provider.sign(claims({ exp: seconds() + 3_600 }));
      assert.ok(await jwts.verify(old));
      clock.advance(keySetTimes.pauseMs);
      await provider.addKey('k2');
      assert.ok(await jwts.verify(await provider.sign(claims({ iat: undefined }))));
      assert.equal(provider.requests(), 2);
      provider.removeKey('k1');
      clock.advance(Math.max(keySetTimes.freshMs, jwtLimits.trustedMs));
      await refused(jwts, 'of a key that is gone', old);
    });

    it('are not asked for by each token that invents one', async () => {
      const jwts = believing();
      assert.ok(await jwts.verify(await provider.sign(claims())));
      clock.advance(keySetTimes.pauseMs);
      for (let count = 0; count < 50; count += 1) {
        await refused(jwts, 'invented', await provider.sign(claims(), { kid: `invented-${count}` }));
      }
      assert.equal(provider.requests(), 2);
    });

    it('are kept while their address does not answer, for a day', async () => {
      const jwts = believing();
      assert.ok(await jwts.verify(await provider.sign(claims())));
      provider.answerWith({ status: 500, body: 'broken' });
      clock.advance(keySetTimes.usableMs - 1);
      assert.ok(await jwts.verify(await provider.sign(claims())));
      clock.advance(keySetTimes.pauseMs);
      await assert.rejects(async () => jwts.verify(await provider.sign(claims())), KeysUnavailable);
    });

    it('are not there at first: that is no refusal, and they are not asked for by each token', async () => {
      const jwts = believing();
      for (const answer of [
        { status: 503, body: '' },
        { status: 200, body: '<html>' },
        { status: 200, body: '{"keys":[1]}' },
        { status: 200, body: JSON.stringify({ keys: [], more: 'x'.repeat(300_000) }) },
        { status: 302, headers: { location: `${provider.jwksUrl}/elsewhere` }, body: '' },
      ]) {
        provider.answerWith(answer);
        const before = provider.requests();
        for (let count = 0; count < 5; count += 1) {
          await assert.rejects(async () => jwts.verify(await provider.sign(claims())), KeysUnavailable);
        }
        assert.equal(provider.requests(), before + 1, JSON.stringify(answer).slice(0, 80));
        clock.advance(keySetTimes.pauseWithoutKeysMs);
      }
      provider.answerWith(undefined);
      assert.ok(await jwts.verify(await provider.sign(claims())));
    });
  });
});
