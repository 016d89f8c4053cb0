import assert from 'node:assert/strict';
import { afterEach } from 'mocha';
import type { EventFilter } from '../../src/events/event-filter.js';
import { EventHub } from '../../src/events/event-hub.js';
import type { EventPosition } from '../../src/events/event-position.js';
import type { EventSubscription } from '../../src/events/event-subscription.js';
import type { PublicEvent } from '../../src/events/public-event.js';
import { systemClock } from '../../src/platform/clock.js';
import { silentLogger } from '../../src/platform/logger.js';
import type { Runtime } from '../../src/runtime/runtime.js';
import type { Store } from '../../src/runtime/ports.js';
import { context, type RuntimeUnderTest } from '../runtime/use-runtime.js';

/** How long an event may take to be told. */
const toldWithinMs = 45_000;

/** A hub of events over the runtime under test; its subscriptions are closed after each test. */
export class EventsUnderTest {
  #hub: EventHub | undefined;

  constructor(private readonly test: RuntimeUnderTest) {}

  get hub(): EventHub {
    return (this.#hub ??= this.hubOf(this.test.store, this.test.runtime));
  }

  hubOf(store: Store, runtime: Pick<Runtime, 'onJournalWritten'>): EventHub {
    const { onJournalWritten } = runtime;
    const feed = store.queries.journal;
    return new EventHub({ feed, clock: systemClock, logger: silentLogger, onJournalWritten });
  }

  subscribe(
    filter: Omit<EventFilter, 'tenantId'> = {},
    from?: EventPosition,
    hub = this.hub,
  ): Promise<EventSubscription> {
    return hub.subscribe({ tenantId: context.tenantId, ...filter }, from);
  }

  async stop(): Promise<void> {
    await this.#hub?.stop();
    this.#hub = undefined;
  }
}

/** Stops what was subscribed to after each test of the suite, before the database is closed. Call it before `useRuntime`. */
export function useEvents(test: () => RuntimeUnderTest): () => EventsUnderTest {
  let events: EventsUnderTest | undefined;
  afterEach('stop the events', async () => {
    await events?.stop();
    events = undefined;
  });
  return () => (events ??= new EventsUnderTest(test()));
}

/** Takes events until so many are there. */
export async function taken(subscription: EventSubscription, count: number): Promise<readonly PublicEvent[]> {
  const events: PublicEvent[] = [];
  const late = systemClock.setTimer(systemClock.now() + toldWithinMs, () => subscription.close());
  while (events.length < count) {
    const next = await subscription.next();
    assert.ok(next, `Expected ${count} events but found ${events.map(({ type }) => type).join(', ')}.`);
    events.push(...next);
  }
  late.cancel();
  return events;
}

/** Type and element of each event. */
export function told(events: readonly PublicEvent[]): readonly string[] {
  return events.map(({ type, data }) =>
    typeof data['elementId'] === 'string' ? `${type} ${data['elementId']}` : type,
  );
}
