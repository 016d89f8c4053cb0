import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { JWTPayload } from 'jose';
import { createLogger } from '../../../src/platform/logger.js';
import {
  type FakeAnswer,
  type FakeOpenIdProvider,
  startFakeOpenIdProvider,
} from '../../support/fake-openid-provider.js';
import { FakeClock } from '../../support/fake-clock.js';
import { readTables } from '../../support/read-tables.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { locationOf, TestBrowser, type Visit } from '../../support/test-browser.js';
import { client, loginCookie, oidcConfig, publicHost, publicOrigin, sessionCookie } from './login-config.js';

const markup = '"><script>alert(1)</script>';

describe('a sign-in that is attacked', function () {
  this.timeout(60_000);
  let provider: FakeOpenIdProvider;
  let server: TestServer;
  const log: string[] = [];

  before(async () => {
    provider = await startFakeOpenIdProvider();
    const logger = createLogger({ level: 'info' }, { write: (line) => log.push(line) });
    const clock = new FakeClock(Date.now());
    const config = { oidc: oidcConfig(provider.issuer) };
    server = await startTestServer({ clock, logger, config, providerTimeLimitMs: 300 });
  });
  afterEach(() => {
    for (const address of ['discovery', 'token', 'keys'] as const) provider.answer(address, undefined);
    provider.describe({});
    log.length = 0;
  });
  after(async () => {
    await server.close();
    await provider.close();
  });

  const newBrowser = () => new TestBrowser({ [publicOrigin]: () => server.url });
  /** Where the browser is sent to, with state, nonce and challenge. */
  const begin = async (browser: TestBrowser, path = '/login'): Promise<URLSearchParams> => {
    const location = locationOf(await browser.ask(`${publicOrigin}${path}`));
    assert.equal(location?.pathname, '/authorize');
    return location.searchParams;
  };
  const callback = (browser: TestBrowser, query: Readonly<Record<string, string>>, headers = {}) =>
    browser.ask(`${publicOrigin}/login/callback?${new URLSearchParams(query).toString()}`, { headers });
  /** Claims of a good ID token, unless they are changed. */
  const claims = (nonce: string | null, more: JWTPayload = {}): JWTPayload => {
    const now = Math.floor(server.clock.now() / 1_000);
    const good = { iss: provider.issuer, aud: client.clientId, sub: 'ann', iat: now, exp: now + 300 };
    return { ...good, nonce, name: 'Ann', roles: ['admin'], ...more };
  };
  const tokens = (idToken: unknown): FakeAnswer => ({ json: { access_token: 'a', id_token: idToken } });
  /** Signs in, with an ID token that the test makes of good claims. */
  const signIn = async (
    make: (good: JWTPayload) => string | Promise<string>,
    browser = newBrowser(),
  ): Promise<Visit> => {
    const asked = await begin(browser);
    provider.answer('token', tokens(await make(claims(asked.get('nonce')))));
    return callback(browser, { code: 'c', state: asked.get('state') ?? '' });
  };
  const sessions = async () => (await readTables(server.databaseUrl)).login_session.length;
  const isRefused = async (answer: Visit, status = 403, what = ''): Promise<void> => {
    assert.equal(answer.status, status, what);
    assert.ok(!answer.headers.getSetCookie().some((line) => line.startsWith(sessionCookie)), what);
    assert.equal(await sessions(), 0, what);
  };
  const without = ({ ...payload }: JWTPayload, name: string): JWTPayload => {
    delete payload[name];
    return payload;
  };

  it('goes well otherwise: with the verifier of its challenge, and credentials of the client in the header', async () => {
    const browser = newBrowser();
    const asked = await begin(browser);
    assert.equal(asked.get('from'), 'discovery', 'what the provider wants in its address stays there');
    provider.answer('token', tokens(await provider.sign(claims(asked.get('nonce')))));
    const answer = await callback(browser, { code: 'the code', state: asked.get('state') ?? '' });
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get('location'), `${publicOrigin}/`);
    const { form, authorization } = provider.redeemed.at(-1) ?? assert.fail('Expected a redeemed code.');
    const verifier = new TextEncoder().encode(form.get('code_verifier') ?? '');
    const challenge = Buffer.from(await crypto.subtle.digest('SHA-256', verifier)).toString('base64url');
    assert.equal(challenge, asked.get('code_challenge'));
    assert.deepEqual(
      ['code', 'grant_type', 'redirect_uri', 'client_secret'].map((name) => form.get(name)),
      ['the code', 'authorization_code', `${publicOrigin}/login/callback`, null],
    );
    const [id = '', secret = ''] = Buffer.from(authorization?.slice(6) ?? '', 'base64')
      .toString()
      .split(':');
    assert.deepEqual(
      [id, decodeURIComponent(secret.replaceAll('+', ' '))],
      [client.clientId, client.clientSecret],
    );
    const out = await browser.ask(`${publicOrigin}/logout`, {
      method: 'POST',
      headers: { 'throughline-csrf': '1' },
    });
    assert.deepEqual(JSON.parse(out.text), { location: '/' }, 'a provider without an end of its sessions');
    assert.equal(await sessions(), 0);
    assert.doesNotMatch(log.join('\n'), /the code|eyJ|Ann/, 'neither codes, tokens nor claims are logged');
  });

  it('believes no ID token that is unsigned, forged, or signed with what is public', async () => {
    const forged: Readonly<Record<string, (good: JWTPayload) => string | Promise<string>>> = {
      unsigned: (good) => provider.unsigned(good),
      'signed by another key': (good) => provider.forge(good),
      'of a key that is not there': (good) => provider.sign(good, { kid: 'k2' }),
      'cut off': async (good) => (await provider.sign(good)).split('.').slice(0, 2).join('.'),
      'without its signature': async (good) => (await provider.sign(good)).replace(/[^.]*$/, ''),
      'with other claims': async (good) => {
        const [head = '', , signature = ''] = (await provider.sign(good)).split('.');
        const body = Buffer.from(JSON.stringify({ ...good, sub: 'root' })).toString('base64url');
        return [head, body, signature].join('.');
      },
      'an access token': (good) => provider.sign(good, { typ: 'at+jwt' }),
      'no JWT': () => 'rubbish',
      'two dots': () => '..',
    };
    for (const [what, make] of Object.entries(forged)) {
      const answer = await signIn(make);
      await isRefused(answer, 403, what);
      assert.match(answer.text, /could not be trusted/, what);
    }
  });

  it('believes no ID token of another issuer, client, time or sign-in', async () => {
    const now = Math.floor(server.clock.now() / 1_000);
    const wrong: Readonly<Record<string, (good: JWTPayload) => JWTPayload>> = {
      'another issuer': (good) => ({ ...good, iss: 'https://id.example.com' }),
      'an issuer with a slash': (good) => ({ ...good, iss: `${provider.issuer}/` }),
      'another client': (good) => ({ ...good, aud: 'another' }),
      'several clients without azp': (good) => ({ ...good, aud: [client.clientId, 'another'] }),
      'another azp': (good) => ({ ...good, azp: 'another' }),
      'several clients, another azp': (good) => ({ ...good, aud: [client.clientId, 'b'], azp: 'b' }),
      'another nonce': (good) => ({ ...good, nonce: 'another' }),
      'no nonce': (good) => without(good, 'nonce'),
      'no subject': (good) => without(good, 'sub'),
      'no end': (good) => without(good, 'exp'),
      'no time': (good) => without(good, 'iat'),
      'no issuer': (good) => without(good, 'iss'),
      'no audience': (good) => without(good, 'aud'),
      expired: (good) => ({ ...good, exp: now - 6 }),
      'of the future': (good) => ({ ...good, iat: now + 60 }),
      'not yet': (good) => ({ ...good, nbf: now + 60 }),
    };
    for (const [what, change] of Object.entries(wrong)) {
      await isRefused(await signIn((good) => provider.sign(change(good))), 403, what);
    }
    const several = { aud: [client.clientId, 'another'], azp: client.clientId };
    assert.equal((await signIn((good) => provider.sign({ ...good, ...several }))).status, 303);
    await server.store.transact((tx) => tx.loginSessions.removeEnded(0));
  });

  it('is finished by the browser that began it, once, in ten minutes, with its own state', async () => {
    const before = await sessions();
    const victim = newBrowser();
    const attacker = newBrowser();
    const asked = await begin(attacker);
    const state = asked.get('state') ?? '';
    provider.answer('token', tokens(await provider.sign(claims(asked.get('nonce')))));
    const codes = provider.redeemed.length;
    for (const [what, browser, query] of [
      ['a browser that has begun none', victim, { code: 'c', state }],
      ['no state', attacker, { code: 'c' }],
    ] as const) {
      const answer = await callback(browser, query);
      assert.equal(answer.status, 403, what);
      assert.match(answer.text, /This sign-in is over/, what);
    }
    await begin(victim);
    assert.equal((await callback(victim, { code: 'c', state })).status, 403, 'the state of another browser');
    assert.equal(provider.redeemed.length, codes, 'no code was redeemed');

    const own = await begin(attacker);
    const cookie = attacker.cookie(publicHost, loginCookie)?.value ?? '';
    provider.answer('token', tokens(await provider.sign(claims(own.get('nonce')))));
    const query = { code: 'c', state: own.get('state') ?? '' };
    assert.equal((await callback(attacker, query)).status, 303);
    assert.equal((await callback(attacker, query)).status, 403, 'the cookie is gone');
    attacker.plant(publicHost, loginCookie, cookie);
    assert.equal(
      (await callback(attacker, query)).status,
      403,
      'the cookie was kept, the provider takes codes twice',
    );
    assert.equal(await sessions(), before + 1);

    const late = await begin(attacker);
    const kept = attacker.cookie(publicHost, loginCookie)?.value ?? '';
    provider.answer('token', tokens(await provider.sign(claims(late.get('nonce'), { exp: 4_102_444_800 }))));
    const [secret, startedAt, path] = kept.split('.');
    for (const changed of [
      `${secret}.${Number(startedAt) + 1}.${path}`,
      `${secret}.${startedAt}.${Buffer.from('/elsewhere').toString('base64url')}`,
      `${'A'.repeat(43)}.${startedAt}.${path}`,
      `${kept}.x`,
      'rubbish',
    ]) {
      attacker.plant(publicHost, loginCookie, changed);
      assert.equal(
        (await callback(attacker, { code: 'c', state: late.get('state') ?? '' })).status,
        403,
        changed,
      );
    }
    server.clock.advance(10 * 60_000 + 1);
    attacker.plant(publicHost, loginCookie, kept);
    assert.equal(
      (await callback(attacker, { code: 'c', state: late.get('state') ?? '' })).status,
      403,
      'too late',
    );
    assert.equal(await sessions(), before + 1);
  });

  it('does not take a code that was redeemed for another sign-in: the nonce is not its own', async () => {
    const before = await sessions();
    const browser = newBrowser();
    const victim = await begin(newBrowser());
    const own = await begin(browser);
    provider.answer('token', tokens(await provider.sign(claims(victim.get('nonce')))));
    const answer = await callback(browser, { code: 'of the victim', state: own.get('state') ?? '' });
    assert.equal(answer.status, 403);
    provider.answer('token', { status: 400, json: { error: 'invalid_grant', error_description: markup } });
    const again = await begin(browser);
    const refused = await callback(browser, { code: 'of the victim', state: again.get('state') ?? '' });
    assert.equal(refused.status, 403, 'whose verifier is not the one of the challenge');
    assert.doesNotMatch(refused.text, /script/);
    assert.equal(await sessions(), before);
  });

  it('survives every answer of the provider: rubbish, nothing, too much, another type', async () => {
    const before = await sessions();
    const good = async () => provider.sign(claims('n'));
    const answers: Readonly<Record<string, FakeAnswer>> = {
      'a number as the ID token': tokens(7),
      'an object as the ID token': tokens({ split: 1 }),
      'no ID token': { json: { access_token: 'a' } },
      'a list': { json: [await good()] },
      null: { json: null },
      'a page': { text: '<html>503</html>' },
      'a page that says 500': { status: 500, text: '<html>500</html>' },
      'an error of its own': { status: 503, json: { error: 'temporarily_unavailable' } },
      'a client that it does not know': { status: 401, json: { error: 'invalid_client' } },
      'a redirect': { status: 302, text: '', headers: { location: `${provider.issuer}/keys` } },
      'too much': { text: `{"id_token":"${'x'.repeat(300_000)}"}` },
      nothing: { text: '' },
      hangs: 'hangs',
      'breaks off': 'breaks off',
    };
    for (const [what, answer] of Object.entries(answers)) {
      const browser = newBrowser();
      const asked = await begin(browser);
      provider.answer('token', answer);
      const answered = await callback(browser, { code: 'c', state: asked.get('state') ?? '' });
      assert.equal(answered.status, 503, what);
      assert.equal(answered.headers.get('retry-after'), '1', what);
      assert.match(answered.text, /Nobody can sign in now/, what);
    }
    provider.answer('keys', { text: 'rubbish' });
    assert.equal((await server.request('GET', '/healthz')).status, 200);
    assert.equal(await sessions(), before);
  });

  it('is 503 while the provider is away, and works when it is back; who is signed in stays so', async () => {
    const clock = new FakeClock(server.clock.now());
    const config = { oidc: oidcConfig(provider.issuer) };
    const other = await startTestServer({ clock, config, providerTimeLimitMs: 300 });
    try {
      const browser = new TestBrowser({ [publicOrigin]: () => other.url });
      provider.answer('discovery', 'hangs');
      const page = await browser.ask(`${publicOrigin}/login`);
      assert.equal(page.status, 503);
      assert.match(page.text, /Nobody can sign in now/);
      const json = await browser.ask(`${publicOrigin}/login`, { headers: { accept: '*/*' } });
      assert.equal((JSON.parse(json.text) as { code: string }).code, 'service-unavailable');
      provider.answer('discovery', undefined);
      clock.advance(5_000);
      const asked = locationOf(await browser.ask(`${publicOrigin}/login`))?.searchParams;
      provider.answer('token', tokens(await provider.sign(claims(asked?.get('nonce') ?? ''))));
      await callback(browser, { code: 'c', state: asked?.get('state') ?? '' });
      await other.restart();
      provider.answer('discovery', 'breaks off');
      assert.equal(
        (await new TestBrowser({ [publicOrigin]: () => other.url }).ask(`${publicOrigin}/login`)).status,
        503,
      );
      assert.equal((await browser.ask(`${publicOrigin}/v1/me`)).status, 200, 'who is signed in');
      const out = { method: 'POST', headers: { 'throughline-csrf': '1' } };
      const { text } = await browser.ask(`${publicOrigin}/logout`, out);
      assert.deepEqual(JSON.parse(text), { location: '/' }, 'signs out without the provider');
      assert.equal((await browser.ask(`${publicOrigin}/v1/me`)).status, 401);
      assert.equal((await other.request('GET', '/healthz')).status, 200);
    } finally {
      await other.close();
    }
  });

  it('survives every callback, however malformed, and repeats nothing of it', async () => {
    const before = await sessions();
    const codes = provider.redeemed.length;
    const queries = [
      ...[
        '',
        '?',
        '?code',
        '?code=',
        '?state=',
        '?code=a&code=b',
        '?code[a]=b',
        '?error',
        '?error=a&error=b',
      ],
      ...[`?error=${markup}`, `?error=access_denied&error_description=${markup}`, '?code=%00', '?code=%ff'],
      ...[
        '?iss=https://evil.example&code=c',
        `?code=${'x'.repeat(5_000)}`,
        '?__proto__=1&code=c',
        '?state[]=a',
      ],
    ];
    for (const query of queries) {
      const browser = newBrowser();
      const asked = await begin(browser);
      for (const more of ['', `&state=${asked.get('state')}`]) {
        const path = `/login/callback${query === '' ? '?' : query}${more}`;
        const answer = await browser.ask(`${publicOrigin}${path}`);
        assert.equal(answer.status, 403, path.slice(0, 200));
        assert.doesNotMatch(answer.text, /script|error_description|access_denied|evil/i, path.slice(0, 200));
        const problem = await browser.ask(`${publicOrigin}${path}`, {
          headers: { accept: 'application/json' },
        });
        assert.equal(problem.headers.get('content-type'), 'application/problem+json');
        assert.doesNotMatch(problem.text, /script|evil/i);
      }
    }
    assert.ok(provider.redeemed.length - codes <= 1, 'at most what has one code is redeemed');
    assert.equal(await sessions(), before);
  });

  it('says whose answer it is, where the provider does: another’s is not taken', async () => {
    const browser = newBrowser();
    for (const iss of ['https://evil.example', '', `${provider.issuer}/`]) {
      const asked = await begin(browser);
      const query = { code: 'c', state: asked.get('state') ?? '', iss };
      assert.equal((await callback(browser, query)).status, 403, iss);
    }
  });

  it('goes on at a path of this server, wherever it was asked to', async () => {
    for (const [given, expected] of [
      ['/#/instances/1', '/#/instances/1'],
      ['/docs?a=b', '/docs?a=b'],
      ['https://evil.example/', '/'],
      ['//evil.example/', '/'],
      ['/\\evil.example/', '/'],
      ['\\\\evil.example', '/'],
      ['javascript:alert(1)', '/'],
      ['/a\r\nSet-Cookie: a=b', '/'],
      ['/\t/evil.example', '/'],
      ['/..//evil.example', '/..//evil.example'],
      ['', '/'],
    ] as const) {
      const browser = newBrowser();
      const asked = await begin(browser, `/login?return_to=${encodeURIComponent(given)}`);
      const { iss, aud } = claims(null);
      provider.answer('token', tokens(await provider.sign({ ...claims(asked.get('nonce')), iss, aud })));
      const answer = await callback(browser, { code: 'c', state: asked.get('state') ?? '' });
      assert.equal(answer.headers.get('location'), `${publicOrigin}${expected}`, given);
    }
    const twice = await begin(newBrowser(), '/login?return_to=/a&return_to=/b&prompt=x&prompt=login');
    assert.equal(twice.get('prompt'), null);
  });

  it('is of the tenant that the claim names, and of nobody where it names none', async () => {
    const clock = new FakeClock(server.clock.now());
    const oidc = oidcConfig(provider.issuer, {
      claims: { name: 'sub', roles: 'realm_access.roles', tenant: 'org', grants: 'grants' },
    });
    const other = await startTestServer({ clock, config: { oidc } });
    try {
      for (const [org, status] of [
        ['acme', 303],
        [undefined, 403],
        ['no tenant/', 403],
        [7, 403],
      ] as const) {
        const browser = new TestBrowser({ [publicOrigin]: () => other.url });
        const asked = locationOf(await browser.ask(`${publicOrigin}/login`))?.searchParams;
        const more = { org, realm_access: { roles: ['analyst', 'unheard-of'] }, roles: ['admin'] };
        provider.answer('token', tokens(await provider.sign(claims(asked?.get('nonce') ?? '', more))));
        const answer = await callback(browser, { code: 'c', state: asked?.get('state') ?? '' });
        assert.equal(answer.status, status, String(org));
        if (status !== 303) continue;
        const { text } = await browser.ask(`${publicOrigin}/v1/me`);
        const { tenantId, roles, name } = JSON.parse(text) as Record<string, unknown>;
        assert.deepEqual([tenantId, roles, name], ['acme', ['analyst'], 'ann']);
      }
    } finally {
      await other.close();
    }
  });

  it('is taken by GET alone, and the log-out by POST alone', async () => {
    const browser = newBrowser();
    for (const [method, path, allow] of [
      ['POST', '/login', 'GET, HEAD'],
      ['POST', '/login/callback', 'GET, HEAD'],
      ['GET', '/logout', 'POST'],
    ] as const) {
      const answer = await browser.ask(`${publicOrigin}${path}`, { method });
      assert.equal(answer.status, 405, path);
      assert.equal(answer.headers.get('allow'), allow);
    }
  });
});
