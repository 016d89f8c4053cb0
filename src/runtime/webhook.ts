import type { Reach } from './reach.js';

/** Which events a webhook wants. All that is given has to hold; of each list, one. Types without their prefix. */
export interface WebhookFilter {
  readonly types?: readonly string[];
  readonly processInstanceIds?: readonly string[];
  readonly processDefinitionIds?: readonly string[];
  readonly bpmnProcessIds?: readonly string[];
  readonly businessKeys?: readonly string[];
}

/**
 * Why nothing is delivered. `by-request`: somebody has asked for it. `failing`: an event was tried for three days, and nothing was taken
 * meanwhile. `gone`: the receiver has answered 410.
 */
export type WebhookDisabledBecause = 'by-request' | 'failing' | 'gone';

/** A webhook as stored. */
export interface WebhookRow {
  readonly webhookId: string;
  readonly tenantId: string;
  readonly name?: string;
  readonly url: string;
  readonly filter: WebhookFilter;
  /** What its creator reached when it was made; absent: everything of the tenant. */
  readonly reach?: Reach;
  readonly followsRedirects: boolean;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly state: 'enabled' | 'disabled';
  readonly disabledAt?: number;
  readonly disabledBecause?: WebhookDisabledBecause;
  /** `whsec_…`. Shown once, never logged. */
  readonly secret: string;
  /** Signs, too, until that time. */
  readonly previousSecret?: string;
  readonly previousSecretUntil?: number;
  /** Every event up to here has a delivery, or is not wanted. */
  readonly position: string;
  /** To the minute. */
  readonly lastSuccessAt?: number;
  readonly lastFailureAt?: number;
  /** Raised by each change that somebody asks for. */
  readonly revision: number;
}

/** One try. Of the answer nothing is kept but its status. */
export interface WebhookAttempt {
  readonly at: number;
  readonly durationMs: number;
  readonly statusCode?: number;
  /** Why it was not taken. */
  readonly error?: string;
}

/** `failed`: not tried any more. */
export type WebhookDeliveryState = 'pending' | 'delivered' | 'failed';

/** One event for one webhook. */
export interface WebhookDeliveryRow {
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly tenantId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly processInstanceId?: string;
  /** Deliveries of one lane are made one after the other, in order of sequence and place. */
  readonly lane: string;
  readonly sequence: number;
  readonly place: number;
  /** What is sent, the same at each attempt. */
  readonly body: string;
  readonly state: WebhookDeliveryState;
  readonly attempts: readonly WebhookAttempt[];
  /** While it is pending. */
  readonly nextAttemptAt?: number;
  readonly redeliveryOf?: string;
  readonly createdAt: number;
  readonly endedAt?: number;
}

/** A webhook that a node serves. */
export type ServedWebhook = Pick<WebhookRow, 'webhookId' | 'tenantId' | 'revision'>;

export interface WebhookStore {
  /** Keeps others from counting and inserting the tenant's webhooks until the end of the transaction. */
  lock(tenantId: string): Promise<void>;
  /** Counted to the limit and one more. */
  count(tenantId: string, limit: number): Promise<number>;
  insert(row: WebhookRow): void;
  /** Locks it. */
  load(tenantId: string, webhookId: string): Promise<WebhookRow | undefined>;
  /** Replaces what somebody may change of it, and raises its revision. The position stays. */
  save(row: WebhookRow): void;
  /** With what waits to be delivered; its log is removed by its age. */
  remove(webhookId: string): void;
  /** What waits is tried now. */
  retryNow(webhookId: string): void;
  /** Counted to the limit and one more. */
  countPending(webhookId: string, limit: number): Promise<number>;
  delivery(webhookId: string, deliveryId: string): Promise<WebhookDeliveryRow | undefined>;
  insertDelivery(row: WebhookDeliveryRow): void;

  /**
   * Takes up to `limit` webhooks that are enabled and that nobody serves; with `whosever`, also those of others, who are known to be gone.
   */
  claim(node: string, forMs: number, limit: number, whosever: boolean): Promise<readonly WebhookRow[]>;
  /** The node serves those that it serves for so long from now. */
  renew(node: string, forMs: number): void;
  /** The node serves these no more. */
  release(node: string, webhookIds: readonly string[]): void;
  /** Every event up to the position has a delivery. Answers whether the node still serves the webhook: else nothing may be written. */
  advance(webhookId: string, node: string, position: string): Promise<boolean>;
  /** Writes state, attempts and times of a delivery that is pending. */
  settle(row: WebhookDeliveryRow): void;
  noteSuccess(webhookId: string, at: number): void;
  noteFailure(webhookId: string, at: number): void;
  /** Answers whether it was enabled. */
  disable(webhookId: string, because: WebhookDisabledBecause): Promise<boolean>;

  /** Removes up to so many deliveries that ended by then; answers how many. */
  removeDeliveries(endedBy: number, limit: number): Promise<number>;
}
