// Only on SQLite: a browser and the demo's provider, which see nothing of the database; sign-ins are tested on both.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { openCase, type SsoDemo, startSsoDemo } from '../../demo/sso/demo-environment.js';
import { people } from '../../demo/sso/people.js';
import { type ServerProcess, startServerProcess } from '../support/server-process.js';
import { useBrowser } from './use-browser.js';

/** A port that nothing listens on now: the address must be known before the server has one. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('signing in with a browser, as in the demo', function () {
  this.timeout(60_000);
  const watched = useBrowser();
  let folder = '';
  let demo: SsoDemo | undefined;
  let server: ServerProcess | undefined;

  before('start a provider and a server', async () => {
    folder = mkdtempSync(join(tmpdir(), 'throughline-sso-'));
    demo = await startSsoDemo(await freePort(), folder);
    server = await startServerProcess({ env: { ...demo.env, LOG_LEVEL: 'warn' } });
    await openCase(demo);
  });
  after(async () => {
    await server?.end('SIGTERM');
    await demo?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach('nothing went wrong in the page', () => {
    const others = watched().troubles.filter((text) => !/Failed to load resource.*(401|403)/.test(text));
    assert.deepEqual(others, []);
  });

  const open = async (path = ''): Promise<Page> => {
    const { page } = watched();
    await page.goto(`${demo?.publicOrigin}/${path}`);
    return page;
  };
  const signIn = async (page: Page, name: string): Promise<void> => {
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name }).click();
    await page.getByText(`${name} (`).waitFor();
  };

  it('shows to each of the four who they are and what their role may see, until they sign out', async () => {
    const page = await open('#/instances?businessKey=4711');
    for (const { name, roles } of people) {
      // Each comes back to the page that was asked for, signed out of the provider as well, which asks again.
      await page.goto(`${demo?.publicOrigin}/#/instances?businessKey=4711`);
      await signIn(page, name);
      assert.match(page.url(), /#\/instances\?businessKey=4711$/);
      if (roles.includes('analyst')) await page.getByText('The caller lacks the permission').waitFor();
      else await page.getByText('1–1 of 1', { exact: true }).waitFor();
      await page.getByText(`${name} (${roles.join()})`, { exact: true }).waitFor();
      assert.equal(await page.evaluate('document.cookie'), '', 'no script reads the session');
      assert.equal(await page.evaluate('sessionStorage.length + localStorage.length'), 0);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: 'Yes, sign out' }).click();
      await page.getByText('You are not signed in').waitFor();
      assert.deepEqual(await page.context().cookies(demo?.publicOrigin), []);
    }
  });

  it('shows to each what they may see of the processes and of an instance, and says what not', async () => {
    const page = await open();
    for (const { name, roles } of people) {
      await page.goto(`${demo?.publicOrigin}/#/`);
      await signIn(page, name);
      const processes = page.locator('tbody tr');
      await processes.first().waitFor();
      const counts = await processes.first().locator('td').nth(2).innerText();
      assert.equal(counts === '–', roles.includes('analyst'), `${name} sees the count ${counts}`);
      await page.goto(`${demo?.publicOrigin}/#/instances?businessKey=4711`);
      if (roles.includes('analyst')) {
        await page.getByText('The caller lacks the permission').waitFor();
        assert.equal(await page.getByText('Loading').isVisible(), false);
      } else {
        await page.getByRole('link', { name: '4711' }).click();
        await page.locator('.djs-shape').first().waitFor();
        const hidden = { helpdesk: 'incidents, jobs', operator: 'variables, user tasks', admin: undefined };
        const expected = hidden[roles[0] as keyof typeof hidden];
        const said = page.getByText('Not shown, since you may not see them');
        if (expected === undefined) assert.equal(await said.count(), 0);
        else assert.equal(await said.innerText(), `Not shown, since you may not see them: ${expected}.`);
      }
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: 'Yes, sign out' }).click();
      await page.getByText('You are not signed in').waitFor();
    }
  });

  it('is refused to a page of another site that posts a form with the cookie, also one of a neighbour', async () => {
    const page = await open();
    await signIn(page, 'Ada Admin');
    const cookies = await page.context().cookies(demo?.publicOrigin);
    assert.deepEqual(
      cookies.map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite })),
      [{ name: 'throughline-session', httpOnly: true, sameSite: 'Lax' }],
    );
    // Another port of the same host is the same site: the cookie is sent, and the request is refused all the same.
    const neighbour = new URL(demo?.publicOrigin ?? '');
    neighbour.port = String(await freePort());
    const target = `${demo?.publicOrigin}/v1/signals`;
    await page.route(`${neighbour.origin}/**`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" enctype="text/plain" action="${target}"><input name='{"name":"s","x":"' value='"}'></form>`,
      }),
    );
    await page.goto(`${neighbour.origin}/`);
    const sent = page.waitForResponse((response) => response.url() === target);
    await page.evaluate('document.forms[0].submit()');
    const answer = await sent;
    assert.equal(answer.status(), 403);
  });

  it('can be canceled, and says so', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Nobody: cancel' }).click();
    await page.getByRole('heading', { name: 'You are not signed in' }).waitFor();
    await page.getByText('The identity provider has ended the sign-in').waitFor();
    await page.getByRole('link', { name: 'To the page' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });
});
