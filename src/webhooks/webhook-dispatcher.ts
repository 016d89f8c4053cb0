import type { ServedWebhook } from '../runtime/ports.js';
import { Turns } from '../platform/turns.js';
import { Sleeper } from '../runtime/sleeper.js';
import { deliveryLimits } from './webhook-limits.js';
import { WebhookWorker } from './webhook-worker.js';
import type { WebhookWorkerParts } from './webhook-worker-parts.js';

export interface WebhookDispatcherParts extends Omit<WebhookWorkerParts, 'turns' | 'node'> {
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
  #renewedAt = -Infinity;

  constructor({ onWebhooksChanged, ...parts }: WebhookDispatcherParts) {
    // No more wait than webhooks call: there is always a place.
    const { calls, callsOfNode, webhooksOfNode } = deliveryLimits;
    this.#parts = {
      ...parts,
      node: parts.newId(),
      turns: new Turns({ atOnce: callsOfNode, waiting: calls * webhooksOfNode }),
    };
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
    // A clock that jumps while the database is asked must not put off the next look: the claims are of before.
    const began = clock.now();
    await this.#claim();
    const served = await store.queries.webhooksServedBy(node);
    await this.#abandonOthers(new Set(served.map(({ webhookId }) => webhookId)));
    for (const one of served) await this.#serve(one);
    return began + deliveryLimits.lookMs;
  }

  /** Takes on webhooks that nobody serves, and says that it serves its own, from time to time. */
  async #claim(): Promise<void> {
    const { store, node, clock } = this.#parts;
    const { claimMs, claimsPerLook, webhooksOfNode, renewEveryMs } = deliveryLimits;
    const began = clock.elapsed();
    const isToRenew = began - this.#renewedAt >= renewEveryMs;
    const limit = Math.min(claimsPerLook, webhooksOfNode - this.#workers.size);
    const claimed = await store.transact(async (tx) => {
      if (isToRenew) tx.webhooks.renew(node, claimMs);
      return limit > 0 ? tx.webhooks.claim(node, claimMs, limit, this.#isAlone) : [];
    });
    // By this node's own time from before it was asked: clocks may differ from the database's.
    if (isToRenew) this.#renewedAt = began;
    for (const webhook of claimed) {
      // It was disabled and enabled again, or its claim was over: what was known of it is old.
      this.#workers.get(webhook.webhookId)?.abandon();
      const worker = new WebhookWorker(this.#parts, webhook);
      this.#workers.set(webhook.webhookId, worker);
      worker.serve(began + claimMs);
    }
    // Else others that start now are to have their part.
    if (this.#isAlone && claimed.length === claimsPerLook) this.#sleeper.wake();
  }

  async #serve({ webhookId, tenantId, revision }: ServedWebhook): Promise<void> {
    const worker = this.#workers.get(webhookId);
    if (worker === undefined) return;
    if (revision !== worker.revision) {
      const webhook = await this.#parts.store.queries.webhook(tenantId, webhookId);
      if (webhook !== undefined) await worker.update(webhook);
    }
    worker.serve(this.#renewedAt + deliveryLimits.claimMs);
  }

  /** Workers whose webhook this node serves no more; and webhooks that it is said to serve but does not, which are given back. */
  async #abandonOthers(served: ReadonlySet<string>): Promise<void> {
    for (const [webhookId, worker] of this.#workers) {
      if (served.has(webhookId) && !worker.isStopped) continue;
      worker.abandon();
      this.#workers.delete(webhookId);
    }
    // Claimed by a transaction of which nobody knew that it was committed; disabled and enabled again; or the worker has stopped by itself.
    const lost = [...served].filter((webhookId) => !this.#workers.has(webhookId));
    if (lost.length === 0) return;
    const { store, node } = this.#parts;
    await store.transact((tx) => Promise.resolve(tx.webhooks.release(node, lost)));
    this.#sleeper.wake();
  }
}
