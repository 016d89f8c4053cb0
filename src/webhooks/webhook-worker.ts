import type { TimerHandle } from '../platform/clock.js';
import { disableWebhook } from '../runtime/disable-webhook.js';
import type { WebhookDeliveryRow, WebhookRow } from '../runtime/ports.js';
import { DeliveryFeed } from './delivery-feed.js';
import { DeliveryWindow } from './delivery-window.js';
import { type DeliveryOutcome, outcomeOf } from './outcome.js';
import { ReceiverHealth } from './receiver-health.js';
import { deliveryLimits } from './webhook-limits.js';
import type { WebhookAnswer } from './webhook-sender.js';
import type { WebhookWorkerParts } from './webhook-worker-parts.js';

interface Answered {
  readonly delivery: WebhookDeliveryRow;
  readonly answer: WebhookAnswer;
}

/**
 * Serves one webhook, as the only one of all nodes: makes deliveries of what has happened, sends them, writes down what became of each.
 * The next of a lane is sent when the outcome of the one before has been committed.
 */
export class WebhookWorker {
  readonly #window = new DeliveryWindow();
  readonly #health: ReceiverHealth;
  readonly #feed: DeliveryFeed;
  readonly #abort = new AbortController();
  /** From the call to the commit of what became of it. */
  readonly #underWay = new Set<Promise<void>>();
  /** Calls that have no answer yet. */
  #calls = 0;
  readonly #answered: Answered[] = [];
  #webhook: WebhookRow;
  #serial: Promise<unknown> = Promise.resolve();
  #claimedUntil = -Infinity;
  #timer: TimerHandle | undefined;
  #isStopped = false;
  #hasRoom: (() => void) | undefined;
  readonly #pauses = new Set<() => void>();
  #feeding: Promise<void> | undefined;

  constructor(
    private readonly parts: WebhookWorkerParts,
    webhook: WebhookRow,
  ) {
    this.#webhook = webhook;
    this.#health = new ReceiverHealth(parts.clock, webhook);
    this.#feed = new DeliveryFeed(parts, {
      webhook: () => this.#webhook,
      room: () => deliveryLimits.waiting - this.#window.size,
      untilRoom: () => this.#untilRoom(),
      serially: (work) => this.#serially(work),
      added: (rows) => {
        this.#window.add(rows);
        this.#send();
      },
      lost: () => this.abandon(),
    });
  }

  get revision(): number {
    return this.#webhook.revision;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Begins, or goes on: this node serves it until then, by `elapsed()` of its clock. */
  serve(claimedUntil: number): void {
    this.#claimedUntil = Math.max(this.#claimedUntil, claimedUntil);
    if (this.#isStopped) return;
    if (this.#feeding === undefined) this.#feeding = this.#run();
    else this.#send();
    this.#feed.writePosition().catch((error: unknown) => this.#failed(error));
  }

  /** Somebody has changed the webhook, or asked for a redelivery. */
  async update(webhook: WebhookRow): Promise<void> {
    const isOther = JSON.stringify(webhook.filter) !== JSON.stringify(this.#webhook.filter);
    this.#webhook = webhook;
    if (isOther) this.#feed.restart();
    await this.#serially(() => this.#load());
  }

  /** At once: another node serves it, or nobody may. */
  abandon(): void {
    this.#end();
    this.#abort.abort();
  }

  /** Sends nothing more; waits for what is under way, and breaks it off when that takes too long. */
  async stop(): Promise<void> {
    const { clock } = this.parts;
    const wasStopped = this.#isStopped;
    this.#sendNoMore();
    const grace = clock.setTimer(clock.now() + deliveryLimits.graceMs, () => this.#abort.abort());
    await Promise.all(this.#underWay);
    grace.cancel();
    if (!wasStopped) await this.#feed.writePosition(true).catch((error: unknown) => this.#failed(error));
    this.#end();
    await this.#feeding;
    await this.#serial;
  }

  #sendNoMore(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    for (const resolve of this.#pauses) resolve();
  }

  #end(): void {
    this.#sendNoMore();
    this.#feed.stop();
    this.#hasRoom?.();
  }

  async #run(): Promise<void> {
    let isLoaded = false;
    while (!this.#isStopped) {
      try {
        if (!isLoaded) await this.#serially(() => this.#load());
        isLoaded = true;
        await this.#feed.run();
      } catch (error) {
        this.#failed(error);
        await this.#pause(deliveryLimits.retryMs);
      }
    }
  }

  async #load(): Promise<void> {
    this.#window.replace(await this.parts.store.queries.pendingWebhookDeliveries(this.#webhook.webhookId));
    this.#send();
  }

  /** Calls the receiver with all that may be sent now. */
  #send(): void {
    const { clock } = this.parts;
    this.#timer?.cancel();
    while (this.#mayCall() && this.#health.restMs() <= 0) {
      // An answer that comes too late may be of a webhook that another node serves by then.
      if (this.#claimedUntil - clock.elapsed() < deliveryLimits.attemptMs) return;
      const delivery = this.#window.take(clock.now());
      if (delivery === undefined) break;
      const call = this.#deliver(delivery).finally(() => {
        this.#underWay.delete(call);
        this.#send();
      });
      this.#underWay.add(call);
    }
    if (this.#mayCall()) this.#sendLater();
  }

  #mayCall(): boolean {
    const isFull = this.#underWay.size >= deliveryLimits.unrecorded;
    return !this.#isStopped && !isFull && this.#calls < this.#health.callsMax;
  }

  #sendLater(): void {
    const { clock } = this.parts;
    const at = Math.max(this.#window.nextDueAt(), clock.now() + this.#health.restMs());
    if (at !== Infinity) this.#timer = clock.setTimer(at, () => this.#send());
  }

  async #deliver(delivery: WebhookDeliveryRow): Promise<void> {
    const answer = await this.#call(delivery);
    if (answer === undefined || answer.isAborted) return this.#window.putBack(delivery);
    const wasFailing = this.#health.isFailing;
    this.#health.note(answer);
    // It is back: nothing waits any longer because it was away.
    if (wasFailing && !this.#health.isFailing) this.#window.retryNow(this.parts.clock.now());
    this.#answered.push({ delivery, answer });
    this.#send();
    await this.#serially(() => this.#record());
  }

  async #call({ eventId: id, body }: WebhookDeliveryRow): Promise<WebhookAnswer | undefined> {
    const { sender, turns } = this.parts;
    this.#calls += 1;
    try {
      return await turns.during(async () =>
        this.#isStopped ? undefined : sender.send(this.#webhook, { id, body }, this.#abort.signal),
      );
    } finally {
      this.#calls -= 1;
    }
  }

  /** Commits the outcomes of all that was answered meanwhile. While the database is away they wait; who stops leaves them to be sent again. */
  async #record(): Promise<void> {
    const answered = this.#answered.splice(0, deliveryLimits.outcomes);
    if (answered.length === 0) return;
    const { clock, random } = this.parts;
    const { lastSuccessAt } = this.#health;
    const outcomes = answered.map(({ delivery, answer }) =>
      outcomeOf(delivery, answer, { now: clock.now(), random: random(), lastSuccessAt }),
    );
    const disables = await this.#commit(outcomes);
    if (disables === 'unwritten') return;
    for (const { row } of outcomes) this.#window.settle(row);
    if (this.#window.size <= deliveryLimits.waiting / 2) this.#hasRoom?.();
    if (disables === 'disabled') this.abandon();
    this.#send();
  }

  async #commit(outcomes: readonly DeliveryOutcome[]): Promise<'written' | 'disabled' | 'unwritten'> {
    const noted = this.#health.toBeNoted();
    for (;;) {
      try {
        return await this.parts.store.transact(async (tx) => {
          for (const { row } of outcomes) tx.webhooks.settle(row);
          const { webhookId } = this.#webhook;
          if (noted.successAt !== undefined) tx.webhooks.noteSuccess(webhookId, noted.successAt);
          if (noted.failureAt !== undefined) tx.webhooks.noteFailure(webhookId, noted.failureAt);
          const because = outcomes.find(({ disables }) => disables !== undefined)?.disables;
          if (because === undefined) return 'written';
          await disableWebhook(tx, this.#webhook, because);
          return 'disabled';
        });
      } catch (error) {
        this.#failed(error);
        if (this.#isStopped) return 'unwritten';
        await this.#pause(deliveryLimits.retryMs);
      }
    }
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#serial.then(work);
    this.#serial = done.catch(() => undefined);
    return done;
  }

  async #untilRoom(): Promise<void> {
    if (this.#isStopped) return;
    await new Promise<void>((resolve) => (this.#hasRoom = resolve));
    this.#hasRoom = undefined;
  }

  async #pause(ms: number): Promise<void> {
    if (this.#isStopped) return;
    const { clock } = this.parts;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        timer.cancel();
        this.#pauses.delete(end);
        resolve();
      };
      const timer = clock.setTimer(clock.now() + ms, end);
      this.#pauses.add(end);
    });
  }

  #failed(error: unknown): void {
    const { webhookId } = this.#webhook;
    this.parts.logger.error({ err: error, webhookId }, 'a webhook could not be served; trying again');
  }
}
