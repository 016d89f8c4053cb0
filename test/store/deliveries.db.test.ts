import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type DeliveryBody, laneTo } from '../../src/runtime/ports.js';
import { signalSubscriptionRow, tenantId } from './rows.js';
import { useTestStore } from './use-test-store.js';

const body: DeliveryBody = {
  kind: 'broadcastSignal',
  signalName: 'strike',
  variables: { since: null, nul: '\0' },
};

describe('deliveries and signals in the store', () => {
  const test = useTestStore();

  const pending = (limit = 100, after?: string) => test.store.queries.pendingDeliveries(limit, after);
  const take = (deliveryId: string) => test.read((tx) => tx.deliveries.take(deliveryId));

  it('gives out deliveries of every tenant in the order of writing', async () => {
    await test.write((tx) => {
      tx.deliveries.insert({ tenantId, hops: 1, body });
      tx.deliveries.insert({ tenantId: 'tenant-2', hops: 2, body });
    });
    await test.write((tx) => tx.deliveries.insert({ tenantId, hops: 3, body }));
    const all = await pending();
    assert.deepEqual(
      all.map((delivery) => delivery.tenantId),
      [tenantId, 'tenant-2', tenantId],
    );
    const taken = await Promise.all(all.map(({ deliveryId }) => take(deliveryId)));
    assert.deepEqual(
      taken,
      all.map((delivery, index) => ({ ...delivery, hops: index + 1, body })),
    );
    assert.deepEqual(await pending(), []);
  });

  it('continues a scan where it was left, and never gives out an id twice', async () => {
    const insert = () => test.write((tx) => tx.deliveries.insert({ tenantId, hops: 1, body }));
    for (const _ of [1, 2, 3]) await insert();
    const [first, second] = await pending(2);
    assert.ok(first !== undefined && second !== undefined);
    const [third, ...others] = await pending(2, second.deliveryId);
    assert.ok(third !== undefined);
    assert.deepEqual(others, []);
    await take(third.deliveryId);
    await insert();
    const [next] = await pending(2, third.deliveryId);
    assert.ok(next !== undefined && next.deliveryId !== third.deliveryId);
  });

  it('hands a delivery to one taker, and back when that fails', async () => {
    await test.write((tx) => tx.deliveries.insert({ tenantId, hops: 1, body }));
    const [one] = await pending();
    assert.ok(one !== undefined);
    const failing = test.read(async (tx) => {
      assert.ok((await tx.deliveries.take(one.deliveryId)) !== undefined);
      throw new Error('on purpose');
    });
    await assert.rejects(failing, /on purpose/);
    const taken = await Promise.all([take(one.deliveryId), take(one.deliveryId)]);
    assert.equal(taken.filter((delivery) => delivery !== undefined).length, 1);
    assert.equal(await take(one.deliveryId), undefined);
  });

  it('hands out a delivery when those before it in its lane are gone', async () => {
    await test.write((tx) => {
      tx.deliveries.insert({ tenantId, hops: 1, lane: 'a', body });
      tx.deliveries.insert({ tenantId, hops: 2, lane: 'a', body });
      tx.deliveries.insert({ tenantId, hops: 3, lane: 'b', body });
      tx.deliveries.insert({ tenantId, hops: 4, body });
      tx.deliveries.insert({ tenantId, hops: 5, lane: 'a', body });
    });
    const ids = (await pending()).map(({ deliveryId }) => deliveryId);
    assert.deepEqual(
      (await pending()).map(({ lane }) => lane),
      ['a', 'a', 'b', undefined, 'a'],
    );
    const takeNth = async (index: number) => (await take(ids[index] ?? ''))?.hops;
    assert.deepEqual([await takeNth(1), await takeNth(4)], [undefined, undefined]);
    assert.deepEqual([await takeNth(2), await takeNth(3)], [3, 4]);
    await test.write((tx) => tx.deliveries.leaveLane(ids[0] ?? ''));
    assert.deepEqual([await takeNth(4), await takeNth(1), await takeNth(4)], [undefined, 2, 5]);
    assert.deepEqual(await take(ids[0] ?? ''), { deliveryId: ids[0], tenantId, hops: 1, body });
  });

  it('gives back what was held with the lane that it had', async () => {
    await test.write((tx) => {
      tx.deliveries.hold({ tenantId, hops: 1, lane: 'a', body }, 'instance-1');
      tx.deliveries.hold({ tenantId, hops: 2, body }, 'instance-1');
    });
    await test.write((tx) => tx.deliveries.release('instance-1'));
    assert.deepEqual(
      (await pending()).map(({ lane }) => lane),
      ['a', undefined],
    );
  });

  it('writes a delivery for each subscription of a signal', async () => {
    await test.write((tx) => {
      tx.signalSubscriptions.insert(signalSubscriptionRow());
      tx.signalSubscriptions.insert(
        signalSubscriptionRow({
          subscriptionId: 'subscription-2',
          processInstanceId: 'instance "2" \\ ä',
          elementInstanceKey: 30,
          subscriptionKey: 31,
        }),
      );
      tx.signalSubscriptions.insert(signalSubscriptionRow({ subscriptionId: 's3', signalName: 'peace' }));
      tx.signalSubscriptions.insert(signalSubscriptionRow({ subscriptionId: 's4', tenantId: 'tenant-2' }));
      tx.signalSubscriptions.insert(signalSubscriptionRow({ subscriptionId: 's5' }));
      tx.signalSubscriptions.remove('s5');
    });
    const variables = { text: 'quote " and \0 and \\', list: [1, { a: null }] };
    const count = await test.read((tx) => tx.signalSubscriptions.fanOut(tenantId, 'strike', variables, 4));
    assert.equal(count, 2);
    const taken = await Promise.all((await pending()).map(({ deliveryId }) => take(deliveryId)));
    const signal = { kind: 'triggerSignal', signalName: 'strike', variables };
    assert.deepEqual(
      taken.map((delivery) => [delivery?.tenantId, delivery?.hops, delivery?.lane, delivery?.body]),
      [
        [
          tenantId,
          4,
          laneTo('instance-1'),
          { ...signal, processInstanceId: 'instance-1', elementInstanceKey: 1, subscriptionKey: 2 },
        ],
        [
          tenantId,
          4,
          laneTo('instance "2" \\ ä'),
          { ...signal, processInstanceId: 'instance "2" \\ ä', elementInstanceKey: 30, subscriptionKey: 31 },
        ],
      ],
    );
    assert.equal(await test.read((tx) => tx.signalSubscriptions.fanOut(tenantId, 'none', {}, 1)), 0);
  });
});
