import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventFilter } from '../events/event-filter.js';
import { removalMarginMs } from '../events/event-hub.js';
import { type EventPosition, parsePosition, positionText } from '../events/event-position.js';
import type { EventSubscription } from '../events/event-subscription.js';
import { eventsInReach } from '../events/events-in-reach.js';
import type { PublicEvent } from '../events/public-event.js';
import type { WebhookDeliveryRow, WebhookRow } from '../runtime/ports.js';
import { deliveryOf, eventsGoneDelivery } from './new-delivery.js';
import { deliveryLimits } from './webhook-limits.js';
import type { WebhookWorkerParts } from './webhook-worker-parts.js';

/** What the feed needs of whoever delivers. */
export interface FeedTarget {
  webhook(): WebhookRow;
  /** How many deliveries there is room for. */
  room(): number;
  /** Resolves when there is room again, or the feed was stopped. */
  untilRoom(): Promise<void>;
  /** One after the other with all else that changes what waits. */
  serially<T>(work: () => Promise<T>): Promise<T>;
  /** They have been committed. */
  added(rows: readonly WebhookDeliveryRow[]): void;
  /** Another node serves the webhook, or nobody does any more. */
  lost(): void;
}

/** An event that is older has been waiting: what came after it may have been removed meanwhile. */
const oldMs = 30_000;

/** Makes deliveries of the events that a webhook wants, as long as there is room; each with the position behind it, in one transaction. */
export class DeliveryFeed {
  #position: EventPosition;
  #subscription: EventSubscription | undefined;
  #isStopped = false;
  /** Up to when removals have been told of. */
  #toldRemoved = 0;
  /** Counts what was taken of the subscription; undefined while something is. */
  #idleSince: number | undefined;
  #taken = 0;
  #writtenAt: number;

  constructor(
    private readonly parts: WebhookWorkerParts,
    private readonly target: FeedTarget,
  ) {
    this.#position = parsePosition(target.webhook().position) ?? { sequence: 0, index: 'end', at: 0 };
    this.#writtenAt = parts.clock.elapsed();
  }

  /** Resolves when it was stopped, or something failed: then it rejects, and may be called again. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      if (this.target.room() <= 0) await this.target.untilRoom();
      else await this.#feed();
    }
  }

  /** Looks at the webhook's filter again. */
  restart(): void {
    this.#subscription?.close();
  }

  stop(): void {
    this.#isStopped = true;
    this.restart();
  }

  /** Writes down how far it is, now and then, although nothing was wanted; with `always`, whatever the time. */
  async writePosition(always = false): Promise<void> {
    const { clock, hub } = this.parts;
    const subscription = this.#subscription;
    const idleSince = this.#idleSince;
    const isTime = always || clock.elapsed() - this.#writtenAt >= deliveryLimits.positionMs;
    if (!isTime || subscription === undefined || idleSince === undefined) return;
    const reached = subscription.position;
    // What had just been handed over would have been taken meanwhile.
    await nextTurn();
    if (this.#idleSince !== idleSince) return;
    // Who has come up with what is told now has everything up to a moment ago.
    const isUpToDate = reached.sequence === hub.position.sequence;
    const at = isUpToDate ? Math.max(reached.at, clock.now() - oldMs) : reached.at;
    await this.target.serially(() => this.#write([], { ...reached, at }));
  }

  async #feed(): Promise<void> {
    const subscription = await this.#subscribe();
    this.#subscription = subscription;
    try {
      if (this.#isStopped) return;
      for (;;) {
        this.#idleSince = this.#taken;
        const events = await subscription.next();
        this.#taken += 1;
        this.#idleSince = undefined;
        if (events === undefined || !(await this.#add(events))) return;
      }
    } finally {
      this.#idleSince = undefined;
      this.#subscription = undefined;
      subscription.close();
    }
  }

  /** Behind the position. What is gone of it is told; the rest is told, too. */
  async #subscribe(): Promise<EventSubscription> {
    const { hub, clock } = this.parts;
    const { tenantId, filter, reach } = this.target.webhook();
    const wanted: EventFilter = {
      tenantId,
      ...filter,
      ...(reach === undefined ? {} : { mayBeSeen: eventsInReach(reach) }),
    };
    await this.#tellRemoved();
    // The last entries of the journal may have been removed. What comes has higher sequences than they had.
    const end = await this.parts.store.queries.journal.end();
    const isBeyond = end.sequence < this.#position.sequence;
    const from = isBeyond ? ({ sequence: end.sequence, index: 'end' } as const) : this.#position;
    return hub.subscribe(wanted, { ...from, at: clock.now() });
  }

  /** Answers whether there was room for all; what was left over is read again. */
  async #add(events: readonly PublicEvent[]): Promise<boolean> {
    const [first] = events;
    if (first !== undefined && first.entry.at < this.parts.clock.now() - oldMs) await this.#tellRemoved();
    let done = 0;
    while (done < events.length && this.target.room() > 0 && !this.#isStopped) {
      const chunk = events.slice(done, done + this.target.room());
      await this.target.serially(() => this.#addChunk(chunk));
      done += chunk.length;
    }
    return done === events.length;
  }

  async #addChunk(chunk: readonly PublicEvent[]): Promise<void> {
    const last = chunk.at(-1);
    if (last === undefined) return;
    const { newId, source } = this.parts;
    const deliveries = chunk.map((event) => deliveryOf(event, this.target.webhook(), newId(), source));
    const { sequence, at } = last.entry;
    await this.#write(deliveries, { sequence, index: last.index, at });
  }

  /** Whether events behind the position have been removed by their age since it was last asked, and tells it. */
  async #tellRemoved(): Promise<void> {
    const removedUntil = await this.parts.store.queries.journal.removedUntil();
    if (removedUntil <= this.#toldRemoved || this.#position.at > removedUntil + removalMarginMs) return;
    await this.#tellGone(this.#position);
    this.#toldRemoved = removedUntil;
  }

  async #tellGone(after: EventPosition): Promise<void> {
    const { newId, source, clock, logger } = this.parts;
    const webhook = this.target.webhook();
    const now = clock.now();
    const gone = eventsGoneDelivery(webhook, after, newId(), { source, now });
    logger.warn({ webhookId: webhook.webhookId }, 'events were removed before a webhook was told of them');
    await this.target.serially(() => this.#write([gone], { ...after, at: now }));
  }

  async #write(
    deliveries: readonly Omit<WebhookDeliveryRow, 'createdAt' | 'nextAttemptAt'>[],
    position: EventPosition,
  ): Promise<void> {
    const { store, node, clock } = this.parts;
    const { webhookId } = this.target.webhook();
    const rows = await store.transact(async (tx) => {
      if (!(await tx.webhooks.advance(webhookId, node, positionText(position)))) return undefined;
      const made = deliveries.map((delivery): WebhookDeliveryRow => ({
        ...delivery,
        createdAt: tx.now,
        nextAttemptAt: tx.now,
      }));
      for (const row of made) tx.webhooks.insertDelivery(row);
      return made;
    });
    if (rows === undefined) {
      this.stop();
      return this.target.lost();
    }
    this.#position = position;
    this.#writtenAt = clock.elapsed();
    if (rows.length > 0) this.target.added(rows);
  }
}
