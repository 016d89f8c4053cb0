import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { MessageRow } from '../../src/runtime/ports.js';
import { messageRow, messageSubscriptionRow, someTime, tenantId } from './rows.js';
import { useTestStore } from './use-test-store.js';

describe('messages and their subscriptions in the store', () => {
  const test = useTestStore();

  const findSubscription = (name: string, key: string, tenant = tenantId) =>
    test.read((tx) => tx.messageSubscriptions.find(tenant, name, key));
  const findBuffered = (name = 'paid', key = 'order-1', tenant = tenantId) =>
    test.read(async (tx) => {
      await tx.messages.lock(tenant, name, key);
      return tx.messages.findBuffered(tenant, name, key);
    });
  const findByMessageId = (messageId: string, tenant = tenantId) =>
    test.read((tx) => tx.messages.findByMessageId(tenant, 'paid', messageId));

  it('finds the oldest subscription for a name and key of the tenant', async () => {
    await test.write((tx) => {
      const insert = tx.messageSubscriptions.insert.bind(tx.messageSubscriptions);
      insert(messageSubscriptionRow({ subscriptionId: 'young', createdAt: someTime + 1 }));
      insert(messageSubscriptionRow({ subscriptionId: 'old' }));
      insert(messageSubscriptionRow({ subscriptionId: 'other-key', correlationKey: 'order-2' }));
      insert(messageSubscriptionRow({ subscriptionId: 'other-name', messageName: 'shipped' }));
      insert(messageSubscriptionRow({ subscriptionId: 'other-tenant', tenantId: 'tenant-2', createdAt: 0 }));
    });
    assert.deepEqual(
      await findSubscription('paid', 'order-1'),
      messageSubscriptionRow({ subscriptionId: 'old' }),
    );
    await test.write((tx) => tx.messageSubscriptions.remove('old'));
    assert.equal((await findSubscription('paid', 'order-1'))?.subscriptionId, 'young');
    assert.equal(await findSubscription('paid', 'order-3'), undefined);
    assert.equal((await findSubscription('paid', 'order-1', 'tenant-2'))?.subscriptionId, 'other-tenant');
  });

  it('correlates keys with a NUL character like any other', async () => {
    await test.write((tx) =>
      tx.messageSubscriptions.insert(messageSubscriptionRow({ correlationKey: 'a\0b' })),
    );
    assert.equal((await findSubscription('paid', 'a\0b'))?.correlationKey, 'a\0b');
    assert.equal(await findSubscription('paid', 'ab'), undefined);
  });

  it('finds the oldest buffered message that has neither been consumed nor expired', async () => {
    await test.write((tx) => {
      tx.messages.insert(messageRow({ messageRowId: 'm1', expiresAt: someTime }));
      tx.messages.insert(messageRow({ messageRowId: 'm2' }));
      tx.messages.insert(messageRow({ messageRowId: 'm3' }));
      tx.messages.insert(messageRow({ messageRowId: 'm0', tenantId: 'tenant-2' }));
      tx.messages.insert(messageRow({ messageRowId: 'm00', correlationKey: 'order-2' }));
    });
    assert.deepEqual(await findBuffered(), messageRow({ messageRowId: 'm2' }));
    await test.write((tx) => tx.messages.consume('m2'));
    assert.equal((await findBuffered())?.messageRowId, 'm3');
    test.clock.advance(60_000);
    assert.equal(await findBuffered(), undefined);
  });

  it('keeps a message without a correlation key, for its id', async () => {
    const keyless: MessageRow = { ...messageRow({ state: 'consumed' }) };
    Reflect.deleteProperty(keyless, 'correlationKey');
    await test.write((tx) => tx.messages.insert(keyless));
    await test.read((tx) => tx.messages.lock(tenantId, 'paid', undefined));
    assert.deepEqual(await findByMessageId('payment-1'), keyless);
  });

  it('knows a message id within its time to live, also when it was consumed', async () => {
    await test.write((tx) => {
      tx.messages.insert(messageRow({ messageRowId: 'expired', expiresAt: someTime - 1 }));
      tx.messages.insert(messageRow({ messageRowId: 'known', state: 'consumed' }));
    });
    assert.equal((await findByMessageId('payment-1'))?.messageRowId, 'known');
    assert.equal(await findByMessageId('payment-2'), undefined);
    assert.equal(await findByMessageId('payment-1', 'tenant-2'), undefined);
    test.clock.advance(60_000);
    assert.equal(await findByMessageId('payment-1'), undefined);
  });

  it('removes what has expired, so many at a time', async () => {
    await test.write((tx) => {
      for (const index of [1, 2, 3]) {
        tx.messages.insert(messageRow({ messageRowId: `m${index}`, expiresAt: someTime - index }));
      }
      tx.messages.insert(messageRow({ messageRowId: 'm4' }));
    });
    const remove = () => test.read((tx) => tx.messages.removeExpired(2));
    assert.deepEqual([await remove(), await remove(), await remove()], [2, 1, 0]);
    assert.equal((await findBuffered())?.messageRowId, 'm4');
  });
});
