import type { EventFilter } from './event-filter.js';
import type { EventHub } from './event-hub.js';
import { type EventPosition, isAhead, laterOf } from './event-position.js';
import type { PublicEvent } from './public-event.js';

/** How many events of several readings wait in memory for one who takes them slowly; what comes then is read from the journal again. */
export const bufferedMax = 256;

/** What a subscription needs of its hub. */
export type SubscriptionHub = Pick<EventHub, 'position' | 'read' | 'attach' | 'detach' | 'turn'>;

/**
 * What somebody is told from a position on, in order and without a gap, taken as fast as they take it. It reads the journal until it
 * has come up with this node's reader, and is told by that from then on; who falls behind reads again.
 */
export class EventSubscription {
  readonly filter: EventFilter;
  readonly #hub: SubscriptionHub;
  readonly #closed: () => void;
  #position: EventPosition;
  #buffer: PublicEvent[] = [];
  #isLive = false;
  #isClosed = false;
  #wake: (() => void) | undefined;

  /** @param closed is called once, when it is closed. */
  constructor(hub: SubscriptionHub, filter: EventFilter, position: EventPosition, closed: () => void) {
    this.#hub = hub;
    this.filter = filter;
    this.#position = position;
    this.#closed = closed;
  }

  /** Everything up to here has been taken. */
  get position(): EventPosition {
    const isUpToDate = this.#isLive && this.#buffer.length === 0;
    return isUpToDate ? laterOf(this.#position, this.#hub.position) : this.#position;
  }

  /** It begins there. Before the first {@link next}. */
  startAt(position: EventPosition): void {
    this.#position = position;
  }

  /** The next events, as soon as there are some; undefined when it has been closed. */
  async next(): Promise<readonly PublicEvent[] | undefined> {
    while (!this.#isClosed) {
      const events = this.#isLive || this.#buffer.length > 0 ? await this.#taken() : await this.#readOn();
      if (events.length > 0) return events;
    }
    return undefined;
  }

  /**
   * The reader of this node tells the events of one reading; answers whether it is to go on. Who has taken all that was told before
   * takes the whole of it: reading it a second time would cost the most when there is most to do.
   */
  tell(events: readonly PublicEvent[]): boolean {
    if (!this.#isLive) return false;
    if (this.#buffer.length > 0 && this.#buffer.length + events.length > bufferedMax) {
      this.#isLive = false;
      return false;
    }
    for (const event of events) if (isAhead(placeOf(event), this.#position)) this.#buffer.push(event);
    if (this.#buffer.length > 0) this.#wakeUp();
    return true;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isLive = false;
    this.#buffer = [];
    this.#hub.detach(this);
    this.#wakeUp();
    this.#closed();
  }

  async #taken(): Promise<readonly PublicEvent[]> {
    if (this.#buffer.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    const events = this.#buffer;
    this.#buffer = [];
    const last = events.at(-1);
    if (last !== undefined) this.#position = placeOf(last);
    return events;
  }

  async #readOn(): Promise<readonly PublicEvent[]> {
    const { events, position } = await this.#hub.read(this.filter, this.#position);
    if (this.#isClosed) return [];
    this.#position = position;
    if (events.length > 0) return events;
    if (this.#hub.attach(this, position)) this.#isLive = true;
    else await this.#hub.turn();
    return [];
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

function placeOf({ entry, index }: PublicEvent) {
  return { sequence: entry.sequence, index, at: entry.at };
}
