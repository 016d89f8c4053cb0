import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { idempotencyRow, someTime } from './rows.js';
import { useTestStore } from './use-test-store.js';

describe('idempotency in the store', () => {
  const test = useTestStore();

  const find = (change: Parameters<typeof idempotencyRow>[0] = {}) =>
    test.read((tx) => tx.idempotency.find(idempotencyRow(change)));

  it('answers an outcome as it was written, to the same tenant, principal, operation and key', async () => {
    const row = idempotencyRow({ outcome: [null, { text: '\0' }] });
    await test.write((tx) => tx.idempotency.insert(row));
    assert.deepEqual(await find(), row);
    for (const other of [{ tenantId: 'x' }, { principal: 'x' }, { operation: 'x' }, { key: 'x' }]) {
      assert.equal(await find(other), undefined);
    }
  });

  it('keeps an outcome of null apart from none', async () => {
    await test.write((tx) => tx.idempotency.insert(idempotencyRow({ outcome: null })));
    assert.deepEqual(await find(), idempotencyRow({ outcome: null }));
  });

  it('does not find what has expired, and takes a new outcome in its place', async () => {
    await test.write((tx) => tx.idempotency.insert(idempotencyRow()));
    await assert.rejects(
      test.write((tx) => tx.idempotency.insert(idempotencyRow())),
      /unique/i,
    );
    test.clock.advance(60_000);
    assert.equal(await find(), undefined);
    const next = idempotencyRow({ outcome: 'next', expiresAt: someTime + 120_000 });
    await test.write((tx) => tx.idempotency.insert(next));
    assert.deepEqual(await find(), next);
  });

  it('removes what has expired, so many at a time', async () => {
    await test.write((tx) => {
      for (const key of ['a', 'b', 'c']) tx.idempotency.insert(idempotencyRow({ key }));
      tx.idempotency.insert(idempotencyRow({ expiresAt: someTime + 60_001 }));
    });
    test.clock.advance(60_000);
    const remove = () => test.read((tx) => tx.idempotency.removeExpired(2));
    assert.deepEqual([await remove(), await remove(), await remove()], [2, 1, 0]);
    assert.ok((await find()) !== undefined);
  });

  it('claims a key, also for a second unit after the first, which finds its outcome', async () => {
    const answerOnce = () =>
      test.read(async (tx) => {
        const row = idempotencyRow();
        assert.equal(await tx.idempotency.claim(row), 'claimed');
        const known = await tx.idempotency.find(row);
        if (known !== undefined) return 'replayed';
        tx.idempotency.insert(row);
        return 'done';
      });
    assert.deepEqual([await answerOnce(), await answerOnce()], ['done', 'replayed']);
  });
});
