import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createSimulatedBackend } from '../../src/simulated-backend/simulated-backend.js';
import { FakeClock } from '../support/fake-clock.js';

const slowMs = 3_000;

describe('simulated back-end', () => {
  let clock: FakeClock;
  let server: Server;
  let base: string;

  beforeEach(async () => {
    clock = new FakeClock();
    server = createSimulatedBackend({ clock, slowMs }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert(typeof address === 'object' && address !== null);
    base = `http://127.0.0.1:${address.port}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(base + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    return { status: response.status, answer, headers: response.headers };
  }

  const check = (email: string, applicationId = 'A-1') => post('/applicants/check', { applicationId, email });
  const open = (email: string, key: string, applicationId = 'A-1') =>
    post('/accounts', { applicationId, email }, { 'Idempotency-Key': key });

  it('says that it is well', async () => {
    const response = await fetch(`${base}/healthz`);
    assert.deepEqual([response.status, await response.json()], [200, { status: 'ok' }]);
  });

  describe('checking an applicant', () => {
    for (const [email, least, most] of [
      ['ada@example.org', 5, 29],
      ['Review.Ada@example.org', 55, 55],
      ['reject+1@example.org', 90, 90],
      ['refused@example.org', 5, 29],
      ['preview@example.org', 5, 29],
    ] as const) {
      it(`scores ${email} from ${least} to ${most}, each time the same`, async () => {
        const first = await check(email);
        assert.equal(first.status, 200);
        const score = Number(first.answer['score']);
        assert(score >= least && score <= most, String(score));
        assert.deepEqual((await check(email, 'A-2')).answer['score'], score);
      });
    }

    it('answers 503 twice for each application of a flaky applicant', async () => {
      const statuses = [];
      for (const id of ['A', 'A', 'B', 'A', 'B', 'B'])
        statuses.push((await check('flaky@example.org', id)).status);
      assert.deepEqual(statuses, [503, 503, 503, 200, 503, 200]);
    });

    it('never answers anything else for an applicant who is down', async () => {
      for (let i = 0; i < 4; i++) assert.equal((await check('down@example.org')).status, 503);
    });

    it('takes its time for a slow applicant', async () => {
      const answered = check('slow@example.org');
      while (clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(slowMs);
      assert.equal((await answered).status, 200);
    });
  });

  describe('opening an account', () => {
    it('opens one, and gives the same one again for the same key', async () => {
      const first = await open('ada@example.org', 'k1');
      const second = await open('ada@example.org', 'k1');
      assert.deepEqual([first.status, second.status], [201, 200]);
      assert.deepEqual(first.answer, second.answer);
      assert.match(String(first.answer['accountNumber']), /^\d{10}$/);
    });

    it('wants a key, and not that of another application', async () => {
      assert.equal((await post('/accounts', { applicationId: 'A', email: 'a@example.org' })).status, 400);
      await open('ada@example.org', 'k1', 'A-1');
      assert.equal((await open('ada@example.org', 'k1', 'A-2')).status, 409);
    });

    it('refuses some', async () => {
      const { status, answer } = await open('refused@example.org', 'k1');
      assert.deepEqual([status, answer['code']], [422, 'account-refused']);
    });
  });

  it('keeps what customers were told, for each application', async () => {
    const to = { applicationId: 'A-1', email: 'ada@example.org', channel: 'web' };
    await post('/notifications', { ...to, kind: 'rejected', reason: 'risk' });
    await post('/welcome', { ...to, accountNumber: '1' });
    await post('/notifications', { ...to, applicationId: 'A-2', kind: 'reminder' });
    const response = await fetch(`${base}/notifications?applicationId=A-1`);
    assert.deepEqual(await response.json(), {
      items: [
        { ...to, kind: 'rejected', reason: 'risk' },
        { ...to, kind: 'welcome' },
      ],
    });
  });

  describe('the helpdesk', () => {
    const search = (problem: unknown) => post('/knowledge/search', { problem });
    const close = (body: object) =>
      post('/cases/close', { caseNumber: 'C-1', solvedBy: 'first-line', ...body });
    const closed = async (caseNumber: string) =>
      (await fetch(`${base}/cases?caseNumber=${caseNumber}`)).json();

    it('knows some answers', async () => {
      const found = await search('I forgot my PASSWORD');
      assert.deepEqual([found.status, found.answer['article']], [200, 'KB-1']);
      assert.match(String(found.answer['answer']), /Forgot password/);
      const nothing = await search('The lamp on the moon is off');
      assert.deepEqual([nothing.status, nothing.answer], [200, { article: null, answer: null }]);
    });

    it('does not answer at all where it is asked not to', async () => {
      const { status, answer } = await search('This is unanswerable');
      assert.deepEqual([status, answer['code']], [503, 'knowledge-base-down']);
    });

    it('closes cases, once or again', async () => {
      assert.deepEqual(await closed('C-1'), { items: [] });
      assert.deepEqual((await close({})).answer, { caseNumber: 'C-1', status: 'closed' });
      assert.equal((await close({ satisfaction: 5 })).status, 200);
      const items = [{ caseNumber: 'C-1', solvedBy: 'first-line', satisfaction: 5 }];
      assert.deepEqual(await closed('C-1'), { items });
    });

    it('takes ratings from 1 to 5', async () => {
      for (const satisfaction of [0, 6, 2.5, '5', true, []]) {
        assert.equal((await close({ satisfaction })).status, 400, JSON.stringify(satisfaction));
      }
      assert.equal((await search(' ')).status, 400);
    });
  });

  describe('refuses', () => {
    const valid = { applicationId: 'A-1', email: 'a@example.org' };
    for (const [what, path, body, status] of [
      ['what is no JSON', '/accounts', '{', 400],
      ['what is no object', '/notifications', [1], 400],
      ['an application without an id', '/applicants/check', { email: 'a@example.org' }, 400],
      ['an e-mail address that is no text', '/applicants/check', { ...valid, email: 7 }, 400],
      ['an unknown path', '/account', valid, 404],
      ['another method', '/healthz', valid, 405],
      ['too much', '/notifications', { ...valid, x: 'x'.repeat(70_000) }, 413],
    ] as const) {
      it(what, async () => {
        const { status: found, answer } = await post(path, body);
        assert.equal(found, status);
        assert.equal(typeof answer['message'], 'string');
      });
    }

    it('another content type', async () => {
      assert.equal((await post('/notifications', 'x', { 'Content-Type': 'text/plain' })).status, 415);
    });
  });
});
