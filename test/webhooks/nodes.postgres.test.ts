// PostgreSQL alone: a SQLite file has one server.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createWebhook, listWebhookDeliveries, updateWebhook } from '../../src/contract/webhooks.js';
import { type Store, StoreUnavailable } from '../../src/runtime/ports.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call } from '../support/contract-client.js';
import { createTestDatabase } from '../support/database.js';
import { FakeClock } from '../support/fake-clock.js';
import { startServerOn, type TestServer } from '../support/server-on-database.js';
import { deployed, started } from '../facade/use-server.js';
import { type Receiver, startReceiver } from './receiver.js';
import { short } from './use-webhooks.js';

const withinMs = 45_000;

describe('webhooks of two nodes', () => {
  const closing: (() => Promise<void>)[] = [];
  let clock: FakeClock;
  let first: TestServer;
  let second: TestServer;
  let receiver: Receiver;
  let killFirst: () => void;

  /** A store that is cut off from its database when its node is killed. */
  const cutOff = (store: Store): Store => {
    let isDead = false;
    killFirst = () => {
      isDead = true;
    };
    return {
      isSerial: store.isSerial,
      queries: store.queries,
      ping: () => store.ping(),
      openHints: (heard) => store.openHints(heard),
      close: () => store.close(),
      transact: (work, options) =>
        isDead ? Promise.reject(new StoreUnavailable('cut off')) : store.transact(work, options),
    };
  };

  beforeEach(async function start() {
    this.timeout(60_000);
    clock = new FakeClock(Date.now());
    const database = await createTestDatabase();
    closing.push(() => database.remove());
    const node = async (wrap = (store: Store) => store): Promise<TestServer> => {
      const kept = { ...database, remove: () => Promise.resolve() };
      const server = await startServerOn(kept, { clock, wrap, webhooks: {} });
      closing.push(() => server.close());
      return server;
    };
    first = await node(cutOff);
    second = await node();
    receiver = await startReceiver();
    closing.push(() => receiver.close());
  });

  afterEach(async function stop() {
    this.timeout(60_000);
    for (const close of closing.splice(0).reverse()) await close();
  });

  const until = async (holds: () => boolean | Promise<boolean>, what: string): Promise<void> => {
    const giveUpAt = performance.now() + withinMs;
    while (!(await holds())) {
      assert.ok(performance.now() < giveUpAt, `Expected ${what} within ${withinMs} ms.`);
      await clock.advanceAsync(0);
    }
  };
  const create = async () => {
    const filter = { types: ['process-instance.*'] };
    const { webhookId } = await call(first, createWebhook, 201, { body: { url: receiver.url, filter } });
    return webhookId;
  };
  const ids = () => receiver.received.map(({ headers }) => headers['webhook-id']);

  it('tell each event once, in order, whichever node has caused it', async () => {
    const webhookId = await create();
    await deployed(first, short);
    const instances: string[] = [];
    for (let count = 0; count < 20; count += 1)
      instances.push(await started(count % 2 ? first : second, 'short'));
    await until(() => new Set(ids()).size === 40, '40 events');
    const { items } = await call(second, listWebhookDeliveries, 200, { params: { webhookId } });
    assert.ok(items.every(({ attempts }) => attempts.length <= 1));
    assert.equal(ids().length, 40);
    for (const id of instances) {
      const types = receiver.received
        .filter(({ event }) => event.processinstanceid === id)
        .map(({ event }) => event.type.split('.').at(-1));
      assert.deepEqual(types, ['started', 'completed']);
    }
  });

  it('are served by the other node when one has died, when its claim is over', async () => {
    await create();
    await deployed(first, short);
    await started(first, 'short');
    await until(() => ids().length === 2, '2 events');
    killFirst();
    await started(second, 'short');
    await until(() => {
      clock.advance(1_000);
      return new Set(ids()).size === 4;
    }, '4 events');
  });

  it('change on the node that serves them when the other was asked for it', async () => {
    const webhookId = await create();
    await deployed(first, short);
    await started(first, 'short');
    await until(() => ids().length === 2, '2 events');
    const body = { filter: { types: ['deployment.created'] } };
    await call(second, updateWebhook, 200, { params: { webhookId }, body });
    // The node that serves it looks once a second; what happens before may be told by the old filter.
    clock.advance(1_000);
    await deployed(second, bpmn('other').startEvent('s').endEvent('e'));
    await until(() => ids().length === 3, 'the deployment');
    assert.equal(receiver.received[2]?.event.type, 'io.throughline.deployment.created');
  });
});
