import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { networkOf } from '../../src/facade/security/stranger-gate.js';
import { ApiKeys, type ApiKeyStorage } from '../../src/identity/api-keys.js';
import { silentLogger } from '../../src/platform/logger.js';
import { done } from '../../src/runtime/outcome.js';
import { FakeClock } from '../support/fake-clock.js';
import { createGate } from '../support/gate.js';
import { startStubServer, type StubServer } from '../support/stub-server.js';

const apiKey = 'a-key-of-the-operator';
const strangerLimits = {
  ofNetwork: { atOnce: 3, perSecond: 1 },
  ofAll: { atOnce: 5, perSecond: 2 },
  networksMax: 10,
  afterwards: { atOnce: 1, waiting: 2 },
};
/** Of the form of an API key. */
const wrongKey = (index: number): string => `tl_${'0'.repeat(20)}_${String(index).padStart(43, 'x')}`;

describe('somebody who tries credentials', () => {
  const clock = new FakeClock();
  let server: StubServer;
  let asked = 0;
  afterEach(() => server.close());

  const listen = async (
    apiKeyOf: ApiKeyStorage['queries']['apiKey'] = async () => undefined,
  ): Promise<void> => {
    asked = 0;
    const storage: ApiKeyStorage = {
      transact: () => Promise.reject(new Error('Expected no change.')),
      queries: {
        apiKey: (id) => {
          asked += 1;
          return apiKeyOf(id);
        },
      },
    };
    server = await startStubServer({
      clock,
      strangerLimits,
      apiKeys: new ApiKeys(storage, clock, silentLogger, 0),
      config: { apiKey, trustedProxies: 1 },
      runtime: { cancelProcessInstance: async () => done(null) },
    });
  };
  const statusOf = async (token: string | undefined, address: string): Promise<number> => {
    const { status, headers } = await fetch(`${server.url}/v1/process-instances/i/cancel`, {
      method: 'POST',
      headers: {
        'x-forwarded-for': address,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
    });
    if (status === 429) assert.equal(headers.get('retry-after'), '1');
    return status;
  };
  const tries = async (address: string, count: number): Promise<readonly number[]> => {
    const statuses: number[] = [];
    for (let index = 0; index < count; index += 1) statuses.push(await statusOf(wrongKey(index), address));
    return statuses;
  };

  it('is refused with 429 when there were too many wrong ones from the address', async () => {
    await listen();
    assert.deepEqual(await tries('192.0.2.1', 5), [401, 401, 401, 429, 429]);
    clock.advance(1_000);
    assert.deepEqual(await tries('192.0.2.1', 2), [401, 429]);
  });

  it('is held with all other strangers together, too, from however many addresses', async () => {
    await listen();
    assert.deepEqual(await tries('192.0.2.1', 2), [401, 401]);
    assert.deepEqual(await tries('2001:db8:1:2::1', 2), [401, 401]);
    assert.deepEqual(await tries('2001:db8:1:2:ffff::9', 2), [401, 429]);
    assert.deepEqual(await tries('192.0.2.3', 1), [429]);
  });

  it('that are right is let in, however many wrong ones came from the address, or from all', async () => {
    await listen();
    assert.deepEqual((await tries('192.0.2.1', 5)).at(-1), 429);
    assert.deepEqual((await tries('192.0.2.2', 5)).at(-1), 429);
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
      assert.equal(await statusOf(apiKey, address), 204);
      assert.deepEqual(await tries(address, 1), [429]);
    }
  });

  it('that are right is not counted, and who bears none is told so', async () => {
    await listen();
    for (let count = 0; count < 20; count += 1) {
      assert.equal(await statusOf(apiKey, '192.0.2.1'), 204);
      assert.equal(await statusOf(undefined, '192.0.2.1'), 401);
    }
    assert.deepEqual(await tries('192.0.2.1', 4), [401, 401, 401, 429]);
  });

  it('is not who sends a cookie that is none of ours: it is told so, and takes nobody’s place', async () => {
    await listen();
    for (let count = 0; count < 20; count += 1) {
      const { status } = await fetch(`${server.url}/v1/me`, {
        headers: { 'x-forwarded-for': '192.0.2.1', cookie: `theirs=${count}; throughline-session=x` },
      });
      assert.equal(status, 401);
    }
    assert.deepEqual(await tries('192.0.2.1', 4), [401, 401, 401, 429]);
  });

  it('is counted while it is looked at, so that of many at once few are looked at and few wait', async () => {
    const begun = createGate();
    const released = createGate();
    await listen(async () => {
      if (asked === 4) begun.open();
      await released.opened;
      return undefined;
    });
    const first = Promise.all([1, 2, 3].map((index) => statusOf(wrongKey(index), '192.0.2.1')));
    const fourth = statusOf(wrongKey(4), '192.0.2.1');
    await begun.opened;
    const others = Array.from({ length: 5 }, (_, index) => statusOf(wrongKey(5 + index), '192.0.2.1'));
    // Who finds no place to wait is told at once.
    assert.equal(await Promise.race(others), 429);
    assert.equal(asked, 4);
    released.open();
    assert.deepEqual((await first).concat(await fourth), [401, 401, 401, 429]);
    assert.deepEqual([...new Set(await Promise.all(others))], [429]);
  });

  it('is known by the first 64 bits of an IPv6 address', async () => {
    await listen();
    assert.equal(networkOf('192.0.2.1'), '192.0.2.1');
    for (const address of ['2001:db8::1', '2001:0DB8:0000:0000:1:2:3:4', '2001:db8:0:0:ffff::']) {
      assert.equal(networkOf(address), '2001:db8:0:0');
    }
    assert.equal(networkOf('::1'), '0:0:0:0');
  });
});

describe('a readiness probe', () => {
  let server: StubServer;
  afterEach(() => server.close());

  it('asks the database once for all who ask at the same time', async () => {
    let asked = 0;
    const begun = createGate();
    const released = createGate();
    server = await startStubServer({
      runtime: {
        async readiness() {
          asked += 1;
          begun.open();
          await released.opened;
          return { ready: true, reasons: [] };
        },
      },
    });
    const probe = () => fetch(`${server.url}/readyz`);
    const first = probe();
    await begun.opened;
    const others = Array.from({ length: 10 }, probe);
    // Answered by the same loop, after those before it.
    await fetch(`${server.url}/healthz`);
    released.open();
    const answers = await Promise.all([first, ...others]);
    assert.ok(answers.every(({ status }) => status === 200));
    assert.ok(asked < 11, `asked ${asked} times`);
  });
});
