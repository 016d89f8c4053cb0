import type { EventHub } from '../events/event-hub.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { Store } from '../runtime/ports.js';
import type { Turns } from '../platform/turns.js';
import type { WebhookSender } from './webhook-sender.js';

/** What serves webhooks. */
export interface WebhookWorkerParts {
  readonly store: Store;
  readonly hub: EventHub;
  readonly sender: Pick<WebhookSender, 'send'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The URI that events give as their source. */
  readonly source: string;
  /** A new UUIDv7. */
  readonly newId: () => string;
  /** A number from 0 to 1. */
  readonly random: () => number;
  /** Names this node in claims; another one for each start. */
  readonly node: string;
  readonly turns: Turns;
}
