import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { JournalEntry, JournalFeed } from '../runtime/ports.js';
import type { Runtime } from '../runtime/runtime.js';
import { Sleeper } from '../runtime/sleeper.js';
import { type EventFilter, isWanted } from './event-filter.js';
import { type EventPosition, isAhead, laterOf } from './event-position.js';
import { EventSubscription } from './event-subscription.js';
import { JournalReader, writersPauseMs } from './journal-reader.js';
import { Listeners } from './listeners.js';
import { headsOf, type PublicEvent } from './public-event.js';
import { toldEvents } from './told-events.js';

/** How often the journal is read at most: what is committed together is read together. */
const pauseMs = 20;

/** How often it is read without being woken: what other nodes have written is found then at the latest. */
const lookAgainMs = 200;

/** Entries read at once for one who comes up. */
const pageEntries = 200;

/** How many read the journal for themselves at a time. */
const readersMax = 8;

/** Entries are removed at the end of an instance's time to live; transactions that began before may end after it by as much. */
export const removalMarginMs = 60_000;

/** Events from this position on have been removed: who reads on from there would miss some. */
export class EventsGone extends Error {
  override readonly name = 'EventsGone';
}

/** No event of this server has had that position. */
export class UnknownPosition extends Error {
  override readonly name = 'UnknownPosition';
}

export interface EventHubParts {
  readonly feed: JournalFeed;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Calls back after commits that added to the journal; answers how to stop. */
  onJournalWritten(callback: () => void): () => void;
  /** Told how long after its time the oldest event of a reading was told; default: nobody. */
  readonly onTold?: (lagMs: number) => void;
}

/** The hub of a node, over its runtime. */
export function createEventHub({
  runtime,
  clock,
  logger,
  onTold,
}: {
  readonly onTold?: (lagMs: number) => void;
  readonly runtime: Pick<Runtime, 'queries' | 'onJournalWritten'>;
  readonly clock: Clock;
  readonly logger: Logger;
}): EventHub {
  const feed = runtime.queries.journal;
  const onJournalWritten: EventHubParts['onJournalWritten'] = (told) => runtime.onJournalWritten(told);
  return new EventHub({ feed, clock, logger, onJournalWritten, ...(onTold && { onTold }) });
}

/**
 * Tells what happens to all who want to know on this node. One reader follows the journal while somebody listens, and nothing is read
 * while nobody does.
 */
export class EventHub {
  readonly #parts: EventHubParts;
  readonly #listeners = new Listeners<EventSubscription>();
  readonly #open = new Set<EventSubscription>();
  readonly #sleeper: Sleeper;
  readonly #waitingReads: (() => void)[] = [];
  #reads = 0;
  #position: EventPosition = { sequence: 0, index: 'end', at: 0 };
  #reader: JournalReader | undefined;
  #beginning: Promise<void> | undefined;
  #stopListening: (() => void) | undefined;
  #isTelling = false;
  #turns: (() => void)[] = [];
  #isStopped = false;

  constructor(parts: EventHubParts) {
    this.#parts = parts;
    const { clock, logger } = parts;
    this.#sleeper = new Sleeper(
      clock,
      () => this.#work(),
      (error) => {
        logger.error({ err: error }, 'the journal could not be read for events; trying again');
        return clock.now() + lookAgainMs;
      },
    );
  }

  /** Everything up to here has been told. */
  get position(): EventPosition {
    return this.#position;
  }

  /** How many are told now. */
  get subscriptions(): number {
    return this.#open.size;
  }

  /**
   * Tells from the position on; without one, what is committed from now on.
   * @throws EventsGone where events behind the position have been removed by their age.
   * @throws UnknownPosition for a position that is still to come.
   */
  async subscribe(filter: EventFilter, from?: EventPosition): Promise<EventSubscription> {
    // It counts from now on, so that nobody who goes meanwhile puts the reader to sleep.
    const subscription = new EventSubscription(this, filter, from ?? this.#position, () =>
      this.#left(subscription),
    );
    this.#open.add(subscription);
    try {
      await this.#begin();
      if (from !== undefined) await this.#check(from);
    } catch (error) {
      subscription.close();
      throw error;
    }
    if (from === undefined) subscription.startAt(this.#position);
    if (this.#isStopped) subscription.close();
    return subscription;
  }

  /** Where who begins now begins: everything before can be read from the database's tables. */
  async here(): Promise<EventPosition> {
    const subscription = await this.subscribe({ tenantId: '', types: [] });
    const { position } = subscription;
    subscription.close();
    return position;
  }

  /** Ends every subscription. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const subscription of this.#open) subscription.close();
    await this.#sleeper.stop();
  }

  /** For a subscription that has read everything up to the position: it is told from now on, if that is all. */
  attach(subscription: EventSubscription, { sequence }: EventPosition): boolean {
    if (this.#isTelling || this.#reader === undefined || sequence < this.#position.sequence) return false;
    this.#listeners.add(subscription);
    return true;
  }

  detach(subscription: EventSubscription): void {
    this.#listeners.remove(subscription);
  }

  /** Resolves when what has just been read has been told. */
  turn(): Promise<void> {
    if (!this.#isTelling) return Promise.resolve();
    return new Promise((resolve) => this.#turns.push(resolve));
  }

  /** A piece of the journal for one who comes up: what is wanted of it, and up to where it goes. Never beyond what has been told. */
  async read(
    filter: EventFilter,
    from: EventPosition,
  ): Promise<{ readonly events: readonly PublicEvent[]; readonly position: EventPosition }> {
    const to = this.#position;
    if (from.sequence >= to.sequence && from.index === 'end') return { events: [], position: from };
    await this.#mayRead();
    try {
      const { feed } = this.#parts;
      // What is behind the last event of an entry is in the same entry.
      const after = from.index === 'end' ? from.sequence : from.sequence - 1;
      const entries = await this.#entries(filter, after, to.sequence);
      const heads = entries
        .flatMap(headsOf)
        .filter((head) => isAhead({ sequence: head.entry.sequence, index: head.index }, from))
        .filter((head) => isWanted(head, filter));
      const last = entries.length === pageEntries ? entries.at(-1) : undefined;
      const position: EventPosition =
        last === undefined ? laterOf(from, to) : { sequence: last.sequence, index: 'end', at: last.at };
      return { events: await toldEvents(feed, heads), position };
    } finally {
      this.#reads -= 1;
      this.#waitingReads.shift()?.();
    }
  }

  async #entries(filter: EventFilter, after: number, upTo: number): Promise<readonly JournalEntry[]> {
    const { feed } = this.#parts;
    const { tenantId, processInstanceIds, businessKeys } = filter;
    const range = { after, upTo, limit: pageEntries };
    if (processInstanceIds !== undefined) {
      return feed.selected({ tenantId, by: 'processInstanceId', values: processInstanceIds }, range);
    }
    if (businessKeys !== undefined) {
      return feed.selected({ tenantId, by: 'businessKey', values: businessKeys }, range);
    }
    const entries = await feed.after(after, pageEntries);
    return entries.filter(({ sequence }) => sequence <= upTo);
  }

  async #mayRead(): Promise<void> {
    while (this.#reads >= readersMax) {
      await new Promise<void>((resolve) => this.#waitingReads.push(resolve));
    }
    this.#reads += 1;
  }

  /** Begins to follow the journal, unless it does. */
  #begin(): Promise<void> {
    return (this.#beginning ??= this.#follow().catch((error: unknown) => {
      this.#beginning = undefined;
      throw error;
    }));
  }

  async #follow(): Promise<void> {
    const { feed, clock, onJournalWritten } = this.#parts;
    const reader = new JournalReader(feed);
    const at = await reader.begin(clock);
    this.#position = { sequence: reader.position, index: 'end', at };
    this.#reader = reader;
    this.#stopListening = onJournalWritten(() => this.#sleeper.wakeAt(clock.now() + pauseMs));
    this.#sleeper.start();
  }

  /** Nobody listens any more: the journal is not followed until somebody comes. */
  #left(subscription: EventSubscription): void {
    this.#open.delete(subscription);
    if (this.#open.size > 0 || this.#reader === undefined) return;
    this.#reader = undefined;
    this.#beginning = undefined;
    this.#stopListening?.();
    void this.#sleeper.stop();
  }

  async #check({ sequence, at }: EventPosition): Promise<void> {
    // First: with the last entries of all removed, a position among them is beyond what is left.
    const removedUntil = await this.#parts.feed.removedUntil();
    if (removedUntil > 0 && at <= removedUntil + removalMarginMs) throw new EventsGone();
    if (sequence <= this.#position.sequence) return;
    // Another node may be ahead of this one.
    const { sequence: last } = await this.#parts.feed.end();
    if (sequence > last) throw new UnknownPosition();
  }

  async #work(): Promise<number> {
    const reader = this.#reader;
    if (reader === undefined) return Infinity;
    const { clock } = this.#parts;
    this.#isTelling = true;
    try {
      const { entries, isFull } = await reader.next();
      // Everybody has gone meanwhile.
      if (this.#reader !== reader) return Infinity;
      await this.#tell(entries, reader);
      if (isFull) return clock.now();
    } finally {
      this.#isTelling = false;
      for (const resolve of this.#turns.splice(0)) resolve();
    }
    return clock.now() + (reader.isAtGap ? writersPauseMs : lookAgainMs);
  }

  async #tell(entries: readonly JournalEntry[], reader: JournalReader): Promise<void> {
    const last = entries.at(-1);
    if (last === undefined) return;
    const wanted = entries
      .flatMap(headsOf)
      .map((head) => ({ head, listeners: this.#listeners.of(head) }))
      .filter(({ listeners }) => listeners.length > 0);
    const events = await toldEvents(
      this.#parts.feed,
      wanted.map(({ head }) => head),
    );
    if (this.#reader !== reader) return;
    const told = new Map<EventSubscription, PublicEvent[]>();
    for (const [index, event] of events.entries()) {
      for (const listener of wanted[index]?.listeners ?? []) {
        const forIt = told.get(listener);
        if (forIt === undefined) told.set(listener, [event]);
        else forIt.push(event);
      }
    }
    for (const [listener, forIt] of told) {
      if (!listener.tell(forIt)) this.#listeners.remove(listener);
    }
    this.#position = { sequence: last.sequence, index: 'end', at: last.at };
    const { clock, onTold } = this.#parts;
    onTold?.(clock.now() - (entries[0]?.at ?? last.at));
  }
}
