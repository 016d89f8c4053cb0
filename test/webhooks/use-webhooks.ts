import assert from 'node:assert/strict';
import { afterEach, beforeEach } from 'mocha';
import type { z } from 'zod';
import { createWebhook, getWebhook, listWebhookDeliveries } from '../../src/contract/webhooks.js';
import { bpmn } from '../support/bpmn-builder.js';
import { call } from '../support/contract-client.js';
import { FakeClock } from '../support/fake-clock.js';
import { startTestServer, type TestServer, type TestServerOptions } from '../support/server.js';
import { deployed, started } from '../facade/use-server.js';
import { type Receiver, startReceiver } from './receiver.js';

type Created = z.output<(typeof createWebhook.responses)[201]>;
type Delivery = z.output<(typeof listWebhookDeliveries.responses)[200]>['items'][number];

/** How long something may take before a test gives up; reached only when something is stuck. */
const withinMs = 45_000;

/** Ends at once: start, one element, end. */
export const short = bpmn('short').startEvent('s').endEvent('e');

/** A server that delivers webhooks, and receivers of them. */
export class WebhooksUnderTest {
  readonly receivers: Receiver[] = [];
  #server: TestServer | undefined;

  get server(): TestServer {
    assert.ok(this.#server, 'Expected a server: use it in tests only.');
    return this.#server;
  }

  get clock(): FakeClock {
    return this.server.clock;
  }

  async open(options: TestServerOptions): Promise<void> {
    // Messages are verified by a library that looks at the real time.
    this.#server = await startTestServer({
      clock: new FakeClock(Date.now()),
      ...options,
      webhooks: options.webhooks ?? {},
    });
  }

  async close(): Promise<void> {
    for (const receiver of this.receivers.splice(0)) await receiver.close();
    await this.#server?.close();
    this.#server = undefined;
  }

  async receiver(port?: number): Promise<Receiver> {
    const receiver = await startReceiver(port);
    this.receivers.push(receiver);
    return receiver;
  }

  /** A webhook that is told what the filter says; default, starts of instances. */
  create(
    receiver: Pick<Receiver, 'url'>,
    body: object = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Created> {
    const filter = { types: ['process-instance.started'] };
    return call(this.server, createWebhook, 201, { body: { url: receiver.url, filter, ...body }, headers });
  }

  get(webhookId: string) {
    return call(this.server, getWebhook, 200, { params: { webhookId } });
  }

  /** The oldest first. */
  async deliveries(webhookId: string): Promise<readonly Delivery[]> {
    const { items } = await call(this.server, listWebhookDeliveries, 200, { params: { webhookId } });
    return [...items].reverse();
  }

  /** Deploys the process that ends at once, and starts instances of it; answers their ids. */
  async startShort(count = 1): Promise<readonly string[]> {
    await deployed(this.server, short);
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) ids.push(await started(this.server, 'short'));
    return ids;
  }

  /** Lets everything go on until the condition holds, without any time passing. */
  async until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const giveUpAt = performance.now() + withinMs;
    while (!(await holds())) {
      assert.ok(performance.now() < giveUpAt, `Expected ${what} within ${withinMs} ms.`);
      await this.clock.advanceAsync(0);
    }
  }

  async untilReceived(receiver: Receiver, count: number): Promise<void> {
    await this.until(() => receiver.received.length >= count, `${count} messages`);
  }

  /** Until the delivery has so many attempts that are written down. */
  async untilTried(webhookId: string, attempts: number, index = 0): Promise<Delivery> {
    let found: Delivery | undefined;
    await this.until(async () => {
      found = (await this.deliveries(webhookId))[index];
      return (found?.attempts.length ?? 0) >= attempts;
    }, `${attempts} attempts`);
    assert.ok(found);
    return found;
  }

  /** Until all that was to be delivered has ended. */
  async untilDone(webhookId: string, count: number): Promise<readonly Delivery[]> {
    let found: readonly Delivery[] = [];
    await this.until(async () => {
      found = await this.deliveries(webhookId);
      return found.filter(({ state }) => state !== 'pending').length >= count;
    }, `${count} deliveries that have ended`);
    return found;
  }

  /** Moves the time to the next attempt of the delivery. */
  passTo({ nextAttemptAt }: Delivery): void {
    assert.ok(nextAttemptAt, 'Expected a delivery that is tried again.');
    this.clock.advance(Math.max(0, Date.parse(nextAttemptAt) - this.clock.now()));
  }
}

/** Starts a server for each test of the suite. */
export function useWebhooks(options: TestServerOptions = {}): WebhooksUnderTest {
  const test = new WebhooksUnderTest();
  beforeEach('start a server', async function start() {
    this.timeout(60_000);
    await test.open(options);
  });
  afterEach('stop the server', async function stop() {
    this.timeout(60_000);
    await test.close();
  });
  return test;
}
