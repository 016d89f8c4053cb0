import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, it } from 'mocha';
import type { Authenticate } from '../../src/facade/security/authenticate.js';
import { CredentialWatch, lookedAtAgainMs } from '../../src/facade/security/credential-watch.js';
import { administrator, type Principal } from '../../src/identity/principal.js';
import { silentLogger } from '../../src/platform/logger.js';
import { FakeClock } from '../support/fake-clock.js';

describe('credentials that are watched', () => {
  const watched = (authenticate: Authenticate, principal: Principal = administrator) => {
    const clock = new FakeClock();
    const watch = new CredentialWatch(authenticate, clock, silentLogger);
    const seen = { ended: 0 };
    const req = new IncomingMessage(new Socket());
    const stop = watch.watch(req, principal, () => (seen.ended += 1));
    return { clock, watch, seen, stop };
  };
  const good: Authenticate = async () => administrator;

  it('are looked at again and again, as no use, and end once', async () => {
    let [looks, isGood] = [0, true];
    const { clock, seen } = watched(async (_req, look) => {
      looks += 1;
      assert.deepEqual(look, { isUse: false });
      return isGood ? administrator : undefined;
    });
    await clock.advanceAsync(10 * lookedAtAgainMs);
    assert.deepEqual([looks, seen.ended], [10, 0]);
    isGood = false;
    await clock.advanceAsync(lookedAtAgainMs);
    assert.equal(seen.ended, 1);
    await clock.advanceAsync(10 * lookedAtAgainMs);
    assert.deepEqual([looks, seen.ended], [11, 1]);
  });

  it('end at their own time, whatever a look says', async () => {
    const validUntil = new FakeClock().now() + lookedAtAgainMs + 7;
    const { clock, seen } = watched(good, { ...administrator, validUntil });
    await clock.advanceAsync(lookedAtAgainMs + 6);
    assert.equal(seen.ended, 0);
    await clock.advanceAsync(1);
    assert.equal(seen.ended, 1);
  });

  it('end when they are somebody else’s now', async () => {
    const { clock, seen } = watched(async () => ({ ...administrator, id: 'another' }));
    await clock.advanceAsync(lookedAtAgainMs);
    assert.equal(seen.ended, 1);
  });

  it('last while it cannot be said: the database is away', async () => {
    const { clock, seen } = watched(async () => {
      throw new Error('away');
    });
    await clock.advanceAsync(10 * lookedAtAgainMs);
    assert.equal(seen.ended, 0);
  });

  it('are looked at at once where some of the principal have ended here, and not those of others', async () => {
    const { clock, watch, seen } = watched(async () => undefined);
    watch.lookAgain('another');
    await clock.advanceAsync(0);
    assert.equal(seen.ended, 0);
    watch.lookAgain(administrator.id);
    await clock.advanceAsync(0);
    assert.equal(seen.ended, 1);
  });

  it('are let go of when the answer is over', async () => {
    const { clock, watch, seen, stop } = watched(async () => undefined);
    stop();
    watch.lookAgain(administrator.id);
    await clock.advanceAsync(10 * lookedAtAgainMs);
    assert.equal(seen.ended, 0);
    assert.equal(clock.pendingTimers, 0);
  });
});
