import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { people } from '../../../demo/sso/people.js';
import { type RunningProvider, startOpenIdProvider } from '../../../demo/sso/start-openid-provider.js';
import { limits } from '../../../src/contract/limits.js';
import { startServer, type RunningServer } from '../../../src/facade/start-server.js';
import { ApiKeys } from '../../../src/identity/api-keys.js';
import { LoginSessions } from '../../../src/identity/login-sessions.js';
import { administrator } from '../../../src/identity/principal.js';
import { silentLogger } from '../../../src/platform/logger.js';
import { CLEAN_UP_EVERY_MS } from '../../../src/runtime/loops/clean-up-loop.js';
import { lookedAtAgainMs } from '../../../src/facade/security/credential-watch.js';
import { openEvents } from '../../support/read-events.js';
import { FakeClock } from '../../support/fake-clock.js';
import { readTables } from '../../support/read-tables.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { loginOf } from '../../support/server-on-database.js';
import { testConfig } from '../../support/stub-server.js';
import { locationOf, TestBrowser, type Visit } from '../../support/test-browser.js';
import { client, loginCookie, oidcConfig, publicHost, publicOrigin, sessionCookie } from './login-config.js';

const csrf = { 'throughline-csrf': '1' };
const nobody = { sub: 'nora', name: 'Nora Nobody', roles: [], does: 'has no role' };
const stranger = {
  sub: 'gus',
  name: 'Gus',
  roles: ['admin'],
  grants: { what: ['ever'] },
  does: 'has odd claims',
};

describe('people who sign in', function () {
  this.timeout(60_000);
  let provider: RunningProvider;
  let server: TestServer;
  let others: RunningServer[] = [];

  before('start a provider', async () => {
    provider = await startOpenIdProvider({ ...client, publicOrigin }, [...people, nobody, stranger]);
  });
  after(() => provider.close());
  beforeEach(async () => {
    const clock = new FakeClock(Date.now());
    server = await startTestServer({ clock, config: { oidc: oidcConfig(provider.issuer) } });
  });
  afterEach(async () => {
    for (const other of others) await other.stop();
    others = [];
    await server.close();
  });

  const newBrowser = (url = () => server.url) => new TestBrowser({ [publicOrigin]: url });
  const signIn = async (browser: TestBrowser, sub: string, address = `${publicOrigin}/login`) =>
    browser.submit(await browser.go(address), { sub }, isPage);
  /** The page itself is not asked for: to compile it takes longer than all the rest. */
  const isPage = (url: URL) => url.origin === publicOrigin && url.pathname === '/';
  const me = async (browser: TestBrowser) => {
    const { status, text } = await browser.ask(`${publicOrigin}/v1/me`, { headers: { accept: '*/*' } });
    return { status, body: JSON.parse(text) as Record<string, unknown> };
  };
  const codeOf = ({ text }: Visit) => (JSON.parse(text) as { readonly code?: string }).code;
  const post = (browser: TestBrowser, path: string, headers: Record<string, string>, body = '{}') => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
    return browser.ask(`${publicOrigin}${path}`, init);
  };
  /** Another node on the same database, with nothing else in common. */
  const anotherNode = async (): Promise<RunningServer> => {
    const { runtime, store, clock } = server;
    const oidc = oidcConfig(provider.issuer);
    const login = loginOf(oidc, store, clock);
    const apiKeys = new ApiKeys(store, clock, silentLogger, limits.apiKeys);
    const config = { ...testConfig, oidc };
    const other = await startServer({
      ...{ runtime, clock, apiKeys, config, logger: silentLogger },
      ...(login === undefined ? {} : { login }),
    });
    others.push(other);
    return other;
  };

  it('are asked who they are by the provider, and come back as who they are, with the roles that it says', async () => {
    const browser = newBrowser();
    assert.equal((await me(browser)).status, 401);
    const page = await browser.go(`${publicOrigin}/login?return_to=%2F%23%2Finstances%3Fstate%3Dactive`);
    assert.equal(page.url.origin, provider.issuer);
    const back = await browser.submit(page, { sub: 'hanna' }, isPage);
    assert.equal(locationOf(back)?.href, `${publicOrigin}/#/instances?state=active`);
    assert.deepEqual(await me(browser), {
      status: 200,
      body: {
        id: 'oidc:hanna',
        name: 'Hanna Help',
        tenantId: 'default',
        roles: ['helpdesk'],
        grants: { candidateGroups: ['first-line', 'second-line', 'back-office'] },
        by: 'session',
      },
    });
    assert.equal((await post(browser, '/v1/user-tasks/search', csrf)).status, 200);
    const refused = await post(browser, '/v1/deployments', csrf);
    assert.equal(refused.status, 403);
    assert.equal(codeOf(refused), 'forbidden');
  });

  it('send PKCE, state and nonce, and hold cookies that nobody else reads or sets', async () => {
    const browser = newBrowser();
    const answer = await browser.ask(`${publicOrigin}/login`);
    const { searchParams } = locationOf(answer) ?? new URL('about:blank');
    assert.equal(searchParams.get('code_challenge_method'), 'S256');
    for (const name of ['state', 'nonce', 'code_challenge']) {
      assert.match(searchParams.get(name) ?? '', /^[\w-]{43}$/, name);
    }
    assert.equal(searchParams.get('response_type'), 'code');
    assert.equal(searchParams.get('redirect_uri'), `${publicOrigin}/login/callback`);
    assert.equal(searchParams.get('scope'), 'openid profile');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.equal(searchParams.get('prompt'), null);
    const asAnother = locationOf(await newBrowser().ask(`${publicOrigin}/login?prompt=login`));
    assert.equal(asAnother?.searchParams.get('prompt'), 'login');
    const begun = browser.cookie(publicHost, loginCookie);
    assert.deepEqual(begun?.attributes, ['Path=/', 'HttpOnly', 'SameSite=Lax', 'Secure', 'Max-Age=600']);
    await signIn(browser, 'ada');
    assert.equal(browser.cookie(publicHost, loginCookie), undefined);
    const session = browser.cookie(publicHost, sessionCookie);
    assert.deepEqual(session?.attributes, ['Path=/', 'HttpOnly', 'SameSite=Lax', 'Secure']);
  });

  it('have nothing in the database that opens their session, nor their ID token', async () => {
    const browser = newBrowser();
    await signIn(browser, 'ada');
    const [row] = (await readTables(server.databaseUrl)).login_session;
    const text = JSON.stringify(row);
    assert.match(text, /oidc:ada/);
    assert.ok(!text.includes(browser.cookie(publicHost, sessionCookie)?.value ?? '?'));
    assert.ok(!text.includes('eyJ'), 'the ID token is encrypted');
  });

  it('are refused without a role, or with claims that cannot be read, and have no session', async () => {
    for (const [sub, expected] of [
      ['nora', /You have no role here/],
      ['gus', /does not tell this server what it needs/],
    ] as const) {
      const browser = newBrowser();
      const answer = await signIn(browser, sub);
      assert.equal(answer.status, 403);
      assert.match(answer.text, expected);
      assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/);
      assert.equal(browser.cookie(publicHost, sessionCookie), undefined);
    }
    assert.deepEqual((await readTables(server.databaseUrl)).login_session, []);
  });

  it('who change their mind are told so, in our words', async () => {
    const answer = await signIn(newBrowser(), '');
    assert.equal(answer.status, 403);
    assert.match(answer.text, /The identity provider has ended the sign-in/);
    assert.doesNotMatch(answer.text, /canceled|access_denied/);
  });

  it('get a new session each time, whatever their browser held, and the one before ends', async () => {
    const browser = newBrowser();
    const planted = 'A'.repeat(43);
    browser.plant(publicHost, sessionCookie, planted);
    await signIn(browser, 'ada');
    const first = browser.cookie(publicHost, sessionCookie)?.value ?? '';
    assert.notEqual(first, planted);
    const attacker = newBrowser();
    attacker.plant(publicHost, sessionCookie, planted);
    assert.equal((await me(attacker)).status, 401);
    await browser.go(`${publicOrigin}/login`, isPage);
    assert.notEqual(browser.cookie(publicHost, sessionCookie)?.value, first);
    attacker.plant(publicHost, sessionCookie, first);
    assert.equal((await me(attacker)).status, 401);
    assert.equal((await me(browser)).status, 200);
  });

  it('hold one session: with a second cookie of the name, of whomever, neither is taken', async () => {
    const browser = newBrowser();
    await signIn(browser, 'ada');
    const own = `${sessionCookie}=${browser.cookie(publicHost, sessionCookie)?.value}`;
    const statusWith = async (cookie: string) =>
      (await server.request('GET', '/v1/me', undefined, { cookie })).status;
    assert.equal(await statusWith(`a=b; ${own}; c=d`), 200);
    assert.equal(await statusWith(`${own}; ${sessionCookie}=${'A'.repeat(43)}`), 401);
    assert.equal(await statusWith(own.replace('__Host-', '')), 401);
  });

  it('change something from our page alone: neither a form nor a page from elsewhere does it with their cookie', async () => {
    const browser = newBrowser();
    await signIn(browser, 'ada');
    const attempts: readonly Record<string, string>[] = [
      {},
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
      { ...csrf, 'sec-fetch-site': 'cross-site' },
      { ...csrf, 'sec-fetch-site': 'same-site' },
      { ...csrf, origin: 'http://journeys.example.com' },
      { 'throughline-csrf': '0' },
    ];
    for (const headers of attempts) {
      for (const path of ['/v1/signals', '/engine-rest/external-task/fetchAndLock']) {
        const answer = await post(browser, path, headers, '{"name":"s"}');
        assert.equal(answer.status, 403, JSON.stringify(headers));
        assert.match(answer.text, /Throughline-Csrf|forbidden-origin/i);
      }
      assert.equal((await post(browser, '/logout', headers)).status, 403, 'log-out');
    }
    const foreign = { ...csrf, origin: 'https://evil.example' };
    assert.equal(codeOf(await post(browser, '/v1/signals', foreign)), 'forbidden-origin');
    const own = { ...csrf, origin: publicOrigin, 'sec-fetch-site': 'same-origin' };
    assert.equal((await post(browser, '/v1/signals', own, '{"name":"s"}')).status, 202);
    const key = JSON.stringify({ name: 'shop', roles: ['channel'] });
    assert.equal((await post(browser, '/v1/api-keys', own, key)).status, 201);
    const { text } = await post(
      browser,
      '/v1/audit-entries/search',
      own,
      '{"filter":{"operation":"createApiKey"}}',
    );
    const [entry] = (JSON.parse(text) as { readonly items: readonly Record<string, unknown>[] }).items;
    assert.deepEqual(
      [entry?.['principalId'], entry?.['principalName'], entry?.['principalKind'], entry?.['operation']],
      ['oidc:ada', 'Ada Admin', 'person', 'createApiKey'],
    );
    const read = await browser.ask(`${publicOrigin}/v1/me`, { headers: { 'sec-fetch-site': 'same-site' } });
    assert.equal(read.status, 401, 'a sibling domain does not read with the cookie either');
  });

  it('do not stand in the way of programs, which send Authorization and no such header', async () => {
    const apiKey = 'the-key-of-the-root';
    const programs = await startTestServer({ config: { apiKey, oidc: oidcConfig(provider.issuer) } });
    try {
      const headers = { authorization: `Bearer ${apiKey}`, cookie: `${sessionCookie}=${'A'.repeat(43)}` };
      const { status } = await programs.request('POST', '/v1/signals', { name: 's' }, headers);
      assert.equal(status, 202);
      const wrong = { ...headers, authorization: 'Bearer something-else' };
      assert.equal((await programs.request('GET', '/v1/me', undefined, wrong)).status, 401);
      assert.equal((await programs.request('GET', '/v1/me', undefined, headers)).status, 200);
    } finally {
      await programs.close();
    }
  });

  it('who sign out have no session on any node, nor at the provider', async () => {
    const browser = newBrowser();
    await signIn(browser, 'ada');
    const other = await anotherNode();
    const elsewhere = newBrowser(() => other.url);
    elsewhere.plant(publicHost, sessionCookie, browser.cookie(publicHost, sessionCookie)?.value ?? '');
    assert.equal((await me(elsewhere)).status, 200);
    const answer = await post(browser, '/logout', { ...csrf, origin: publicOrigin });
    const { location } = JSON.parse(answer.text) as { readonly location: string };
    assert.equal(browser.cookie(publicHost, sessionCookie), undefined);
    assert.equal((await me(elsewhere)).status, 401);
    assert.equal((await me(browser)).status, 401);
    const there = new URL(location);
    assert.equal(there.origin, provider.issuer);
    assert.match(there.searchParams.get('id_token_hint') ?? '', /^eyJ/);
    const back = await browser.submit(await browser.go(location), { logout: 'yes' }, isPage);
    assert.equal(locationOf(back)?.href, `${publicOrigin}/`);
    const again = await browser.go(`${publicOrigin}/login`);
    assert.match(again.text, /Who are you\?/, 'the provider asks again');
  });

  it('follow events as long as they are signed in: to the end of the session here, on another node to the next look', async () => {
    const browser = newBrowser();
    await signIn(browser, 'ada');
    const other = await anotherNode();
    const cookie = `${sessionCookie}=${browser.cookie(publicHost, sessionCookie)?.value ?? ''}`;
    const here = await openEvents(server.url, '', { cookie });
    const there = await openEvents(other.url, '', { cookie });
    await post(browser, '/logout', { ...csrf, origin: publicOrigin });
    await here.untilEnd();
    await server.clock.advanceAsync(lookedAtAgainMs);
    await there.untilEnd();
    await here.close();
    await there.close();
  });

  it('are not kept signed in by a page that only follows events', async () => {
    const browser = newBrowser();
    await signIn(browser, 'ada');
    const cookie = `${sessionCookie}=${browser.cookie(publicHost, sessionCookie)?.value ?? ''}`;
    const stream = await openEvents(server.url, '', { cookie });
    const end = stream.untilEnd();
    const { sessionIdleMs } = oidcConfig(provider.issuer);
    for (let passed = 0; passed <= sessionIdleMs; passed += lookedAtAgainMs)
      await server.clock.advanceAsync(lookedAtAgainMs);
    await end;
    assert.equal((await me(browser)).status, 401);
    await stream.close();
  });

  it('are still signed in after a restart, and on every node; a sign-in begun on one is finished on another', async () => {
    const browser = newBrowser();
    await signIn(browser, 'otto');
    await server.restart();
    assert.deepEqual((await me(browser)).body['roles'], ['operator']);
    const other = await anotherNode();
    let node = server.url;
    const moving = newBrowser(() => node);
    const page = await moving.go(`${publicOrigin}/login`);
    node = other.url;
    await moving.submit(page, { sub: 'anton' }, isPage);
    node = server.url;
    assert.deepEqual((await me(moving)).body['id'], 'oidc:anton');
  });

  it('are signed out when they do nothing for half an hour', async () => {
    const browser = newBrowser();
    await signIn(browser, 'ada');
    server.clock.advance(29 * 60_000);
    assert.equal((await me(browser)).status, 200);
    server.clock.advance(29 * 60_000);
    assert.equal((await me(browser)).status, 200, 'it was used meanwhile');
    server.clock.advance(31 * 60_000);
    assert.equal((await me(browser)).status, 401);
  });

  it('are signed out after eight hours whatever they do, and their session is removed', async () => {
    const browser = newBrowser();
    await signIn(browser, 'ada');
    for (let minutes = 0; minutes < 8 * 60 - 20; minutes += 20) {
      server.clock.advance(20 * 60_000);
      assert.equal((await me(browser)).status, 200, `after ${minutes} minutes`);
    }
    server.clock.advance(20 * 60_000);
    assert.equal((await me(browser)).status, 401);
    await server.clock.advanceAsync(CLEAN_UP_EVERY_MS);
    await server.atRest();
    await untilEmpty();
  });

  /** Removal is the clean-up's work, which goes on by itself. */
  const untilEmpty = async (): Promise<void> => {
    for (let round = 0; round < 500; round += 1) {
      if ((await readTables(server.databaseUrl)).login_session.length === 0) return;
      await server.clock.advanceAsync(1_000);
    }
    assert.fail('Expected sessions that have ended to be removed.');
  };

  it('have twenty sessions at most, the oldest of which ends', async () => {
    const sessions = new LoginSessions(server.store, server.clock, silentLogger, oidcConfig(provider.issuer));
    const principal = { ...administrator, id: 'oidc:ada', name: 'Ada' };
    const begin = async (sign: number) => {
      server.clock.advance(1);
      return (await sessions.begin({ principal, idToken: '', loginDigest: `${sign}`, place: {} })) ?? '';
    };
    const [oldest, next] = [await begin(0), await begin(1)];
    const other = { ...principal, id: 'oidc:bob' };
    await sessions.begin({ principal: other, idToken: '', loginDigest: 'of bob', place: {} });
    for (let sign = 2; sign <= 20; sign += 1) await begin(sign);
    assert.equal(await sessions.principalOf(oldest), undefined);
    assert.equal((await sessions.principalOf(next))?.id, 'oidc:ada');
    assert.equal((await readTables(server.databaseUrl)).login_session.length, 21);
  });

  it('stand in the audit log with their sign-in and sign-out', async () => {
    const browser = newBrowser();
    await signIn(browser, 'ada');
    await post(browser, '/logout', csrf);
    await post(browser, '/logout', csrf);
    const { items } = await server.store.queries.searchAuditEntries('default', {
      ...{ filter: {}, sort: [{ field: 'auditId', order: 'asc' }], page: { limit: 10 } },
    });
    assert.deepEqual(
      items.map(({ operation, principalId, principalKind, after }) => [
        ...[operation, principalId, principalKind, after],
      ]),
      [
        ['signIn', 'oidc:ada', 'person', { roles: ['admin'] }],
        ['signOut', 'oidc:ada', 'person', undefined],
      ],
    );
    assert.ok(items.every(({ requestId, sourceAddress }) => requestId && sourceAddress === '127.0.0.1'));
  });

  it('are offered to sign in where credentials are missing', async () => {
    const { status, headers } = await server.request('GET', '/v1/me');
    assert.equal(status, 401);
    assert.equal(headers.get('throughline-login'), `${publicOrigin}/login`);
  });
});
