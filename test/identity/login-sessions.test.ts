import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type LoginSessionStorage,
  loginSessionLimits,
  LoginSessions,
} from '../../src/identity/login-sessions.js';
import type { Principal } from '../../src/identity/principal.js';
import { silentLogger } from '../../src/platform/logger.js';
import { type LoginSessionRow, StorageFull, type Transaction } from '../../src/runtime/ports.js';
import { FakeClock } from '../support/fake-clock.js';

const ann: Principal & { readonly name: string } = {
  ...{ id: 'oidc:ann', name: 'Ann', tenantId: 'default', roles: ['admin'], grants: {}, by: 'session' },
};
const lifetimes = { sessionIdleMs: 30 * 60_000, sessionLifetimeMs: 60 * 60_000 };

/** Holds one session in memory; what the databases do with many is tested on them. */
function inMemory(clock: FakeClock) {
  const storage = { row: undefined as LoginSessionRow | undefined, isFull: false, writes: 0 };
  const loginSessions: Transaction['loginSessions'] = {
    insert: async (row) => {
      storage.row = row;
      return true;
    },
    removeOldest: () => undefined,
    extend: (_digest, endsAt) => {
      if (storage.row !== undefined) storage.row = { ...storage.row, endsAt };
    },
    remove: async () => {
      const { row } = storage;
      storage.row = undefined;
      return row;
    },
    removeEnded: async () => 0,
  };
  const audit = { append: () => undefined, removeBefore: async () => 0 };
  const connected: LoginSessionStorage = {
    queries: {
      loginSession: async (digest) => (storage.row?.digest === digest ? storage.row : undefined),
    },
    transact: async (work) => {
      if (storage.isFull) throw new StorageFull('The disk is full.');
      storage.writes += 1;
      return work({ now: clock.now(), loginSessions, audit });
    },
  };
  return { storage, sessions: new LoginSessions(connected, clock, silentLogger, lifetimes) };
}

describe('the session of a person', () => {
  const begun = async (idToken = 'eyJ.the.token') => {
    const clock = new FakeClock();
    const { storage, sessions } = inMemory(clock);
    const token = await sessions.begin({ principal: ann, idToken, loginDigest: 'd', place: {} });
    assert.ok(token !== undefined);
    return { clock, storage, sessions, token };
  };

  it('is found by what the browser holds, and by nothing else', async () => {
    const { sessions, token, storage } = await begun();
    assert.deepEqual(await sessions.principalOf(token), ann);
    for (const other of ['', 'x', `${token}x`, token.slice(1), storage.row?.digest ?? '', 'A'.repeat(43)]) {
      assert.equal(await sessions.principalOf(other), undefined, other);
      assert.equal(await sessions.end(other.length === 43 ? '' : other, {}), undefined);
    }
  });

  it('is written when it is used, once a minute at most, and to the end of its life', async () => {
    const { clock, storage, sessions, token } = await begun();
    const writes = async (afterMs: number): Promise<number> => {
      const before = storage.writes;
      clock.advance(afterMs);
      assert.ok(await sessions.principalOf(token));
      return storage.writes - before;
    };
    assert.equal(await writes(59_999), 0);
    assert.equal(await writes(1), 1);
    assert.equal(await writes(1_000), 0);
    await writes(28 * 60_000);
    assert.equal(await writes(5 * 60_000), 1, 'to the end of the life, and no further');
    assert.equal(storage.row?.endsAt, storage.row?.expiresAt);
    assert.equal(await writes(60_000), 0);
    clock.advance(lifetimes.sessionLifetimeMs);
    assert.equal(await sessions.principalOf(token), undefined);
  });

  it('lets a person read on while the disk is full', async () => {
    const { clock, storage, sessions, token } = await begun();
    storage.isFull = true;
    clock.advance(5 * 60_000);
    assert.deepEqual(await sessions.principalOf(token), ann);
  });

  it('gives its ID token back to the browser alone: not what was changed since, nor what is too long to go into an address', async () => {
    const kept = await begun();
    assert.ok(!JSON.stringify(kept.storage.row).includes('eyJ'));
    assert.deepEqual(await kept.sessions.end(kept.token, {}), {
      principalId: ann.id,
      idToken: 'eyJ.the.token',
    });
    assert.equal(await kept.sessions.end(kept.token, {}), undefined);

    for (const idToken of ['AAAA', '', 'A'.repeat(100)]) {
      const changed = await begun();
      assert.ok(changed.storage.row);
      changed.storage.row = { ...changed.storage.row, idToken };
      assert.deepEqual(await changed.sessions.end(changed.token, {}), { principalId: ann.id });
    }
    const long = await begun('x'.repeat(loginSessionLimits.idTokenLength + 1));
    assert.deepEqual(await long.sessions.end(long.token, {}), { principalId: ann.id });
  });

  it('gives no role that this release does not know', async () => {
    const { storage, sessions, token } = await begun();
    assert.ok(storage.row);
    storage.row = { ...storage.row, roles: ['admin', 'of a later release'] };
    assert.deepEqual((await sessions.principalOf(token))?.roles, ['admin']);
  });
});
