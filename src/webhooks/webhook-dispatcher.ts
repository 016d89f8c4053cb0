import type { ServedWebhook } from '../runtime/ports.js';
import { Sleeper } from '../runtime/sleeper.js';
import { CallSlots } from './call-slots.js';
import { deliveryLimits } from './webhook-limits.js';
import { WebhookWorker } from './webhook-worker.js';
import type { WebhookWorkerParts } from './webhook-worker-parts.js';

export interface WebhookDispatcherParts extends Omit<WebhookWorkerParts, 'slots' | 'node'> {
  /** Calls back after commits of this node that changed webhooks; answers how to stop. */
  onWebhooksChanged(callback: () => void): () => void;
}

/**
 * Serves the webhooks of all tenants, each from one node at a time. What it knows is in the database; when a node dies, another one serves
 * its webhooks when their claims are over.
 */
export class WebhookDispatcher {
  readonly #parts: WebhookWorkerParts;
  readonly #workers = new Map<string, WebhookWorker>();
  readonly #sleeper: Sleeper;
  readonly #stopListening: () => void;
  /** A database that serves one server alone has no other nodes: whoever is said to serve a webhook is gone. */
  readonly #isAlone: boolean;

  constructor({ onWebhooksChanged, ...parts }: WebhookDispatcherParts) {
    this.#parts = { ...parts, node: parts.newId(), slots: new CallSlots(deliveryLimits.callsOfNode) };
    this.#isAlone = parts.store.isSerial;
    const { clock, logger } = parts;
    this.#sleeper = new Sleeper(
      clock,
      () => this.#work(),
      (error) => {
        logger.error({ err: error }, 'webhooks could not be looked for; trying again');
        return clock.now() + deliveryLimits.retryMs;
      },
    );
    this.#stopListening = onWebhooksChanged(() => this.#sleeper.wake());
  }

  start(): void {
    this.#sleeper.start();
  }

  /** Sends nothing more, waits a moment for what is under way, and leaves its webhooks to others. */
  async stop(): Promise<void> {
    this.#stopListening();
    await this.#sleeper.stop();
    const workers = [...this.#workers];
    this.#workers.clear();
    await Promise.all(workers.map(([, worker]) => worker.stop()));
    const { store, node, logger } = this.#parts;
    const served = workers.map(([webhookId]) => webhookId);
    if (served.length === 0) return;
    try {
      await store.transact((tx) => Promise.resolve(tx.webhooks.release(node, served)));
    } catch (error) {
      logger.warn(
        { err: error },
        'webhooks were not given back; other nodes take them when the claim is over',
      );
    }
  }

  async #work(): Promise<number> {
    const { store, node, clock } = this.#parts;
    const served = await store.queries.servedWebhooks(node, clock.now(), this.#isAlone);
    const mine = served.filter(({ claimedBy }) => claimedBy === node);
    const until = clock.now() + deliveryLimits.renewMs;
    const isToRenew = mine.some(({ claimedUntil = 0 }) => claimedUntil < until);
    const hasMore = mine.length < served.length && mine.length < deliveryLimits.webhooksOfNode;
    if (isToRenew || hasMore) {
      const claimed = await this.#claim(isToRenew, hasMore);
      // Others that start now are to have their part.
      if (this.#isAlone && claimed === deliveryLimits.claimsPerLook) this.#sleeper.wake();
    }
    await this.#serve(mine, isToRenew);
    return clock.now() + deliveryLimits.lookMs;
  }

  /** Answers how many webhooks it has taken on. */
  async #claim(isToRenew: boolean, hasMore: boolean): Promise<number> {
    const { store, node } = this.#parts;
    const { claimMs, claimsPerLook } = deliveryLimits;
    const claimed = await store.transact(async (tx) => {
      if (isToRenew) tx.webhooks.renew(node, claimMs);
      return hasMore ? tx.webhooks.claim(node, claimMs, claimsPerLook, this.#isAlone) : [];
    });
    for (const webhook of claimed) {
      // It was disabled and enabled again, or its claim was over: what was known of it is old.
      this.#workers.get(webhook.webhookId)?.abandon();
      const worker = new WebhookWorker(this.#parts, webhook);
      this.#workers.set(webhook.webhookId, worker);
      worker.serve(claimMs);
    }
    return claimed.length;
  }

  /** Holds the workers against what the database says. */
  async #serve(mine: readonly ServedWebhook[], isRenewed: boolean): Promise<void> {
    const { store, clock, node } = this.#parts;
    const mineById = new Map(mine.map((one) => [one.webhookId, one]));
    for (const [webhookId, worker] of this.#workers) {
      const one = mineById.get(webhookId);
      if (one === undefined) continue;
      const leftMs = isRenewed ? deliveryLimits.claimMs : (one.claimedUntil ?? 0) - clock.now();
      if (one.revision !== worker.revision) {
        const webhook = await store.queries.webhook(one.tenantId, webhookId);
        if (webhook !== undefined) await worker.update(webhook);
      }
      worker.serve(leftMs);
    }
    await this.#abandonOthers(mineById, node);
  }

  async #abandonOthers(mine: ReadonlyMap<string, ServedWebhook>, node: string): Promise<void> {
    const { store, clock } = this.#parts;
    const doubtful = [...this.#workers].filter(([id, { isStopped }]) => isStopped || !mine.has(id));
    // Claimed by a transaction of which nobody knew that it was committed.
    const lost = [...mine.keys()].filter((id) => !this.#workers.has(id));
    if (doubtful.length === 0 && lost.length === 0) return;
    // Some have been claimed since it was asked.
    const served = await store.queries.servedWebhooks(node, clock.now(), false);
    const still = new Set(
      served.filter(({ claimedBy }) => claimedBy === node).map(({ webhookId }) => webhookId),
    );
    for (const [webhookId, worker] of doubtful) {
      if (still.has(webhookId) && !worker.isStopped) continue;
      worker.abandon();
      this.#workers.delete(webhookId);
      if (still.has(webhookId)) lost.push(webhookId);
    }
    // One that has stopped by itself while this node serves it is taken up again from the beginning.
    if (lost.length === 0) return;
    await store.transact((tx) => Promise.resolve(tx.webhooks.release(node, lost)));
    this.#sleeper.wake();
  }
}
