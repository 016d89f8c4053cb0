import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Store } from '../../src/runtime/ports.js';
import { ServerDied } from '../runtime/mortal-store.js';
import { useWebhooks } from './use-webhooks.js';

/** Ends the life of the present store: nothing is committed any more that says what became of a delivery, as if the server had died before. */
let die: () => void = () => undefined;

function mortal(store: Store): Store {
  let isDead = false;
  die = () => {
    isDead = true;
  };
  return {
    isSerial: store.isSerial,
    queries: store.queries,
    ping: () => store.ping(),
    openHints: (heard) => store.openHints(heard),
    close: () => store.close(),
    transact: (work, options) =>
      store.transact(async (tx) => {
        let isRecord = false;
        const { settle } = tx.webhooks;
        tx.webhooks.settle = (row) => {
          isRecord = true;
          settle(row);
        };
        const answer = await work(tx);
        if (isRecord && isDead) throw new ServerDied();
        return answer;
      }, options),
  };
}

describe('a server that dies with webhooks under way', () => {
  const test = useWebhooks({ wrap: mortal });

  it('between an answer and its record delivers again with the same webhook-id, and in order', async () => {
    const receiver = await test.receiver();
    const { webhookId } = await test.create(receiver, { filter: { types: ['element.activated'] } });
    die();
    await test.startShort();
    await test.untilReceived(receiver, 1);
    await test.server.restart();
    await test.untilDone(webhookId, 2);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    assert.deepEqual([ids.length, new Set(ids).size], [3, 2]);
    assert.equal(ids[0], ids[1]);
    assert.deepEqual(
      receiver.received.map(({ event }) => event.data['elementId']),
      ['s', 's', 'e'],
    );
    assert.equal(receiver.received[0]?.body, receiver.received[1]?.body);
  });

  it('tells after its restart what was done before, and what came while it was away', async () => {
    const receiver = await test.receiver();
    const { webhookId } = await test.create(receiver);
    await receiver.close();
    const before = await test.startShort(3);
    await test.untilTried(webhookId, 1);
    await test.server.restart();
    const again = await test.receiver(receiver.port);
    test.clock.advance(60_000);
    const after = await test.startShort(2);
    await test.until(() => {
      test.clock.advance(1_000);
      return new Set(again.received.map(({ event }) => event.processinstanceid)).size === 5;
    }, 'five instances to be told of');
    assert.deepEqual(
      new Set(again.received.map(({ event }) => event.processinstanceid)),
      new Set([...before, ...after]),
    );
  });
});
