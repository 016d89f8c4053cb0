import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bufferedMax, EventSubscription, type SubscriptionHub } from '../../src/events/event-subscription.js';
import { startedEvent } from './public-events.js';

const events = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => startedEvent(from + index));
const beginning = { sequence: 0, index: 'end', at: 0 } as const;

/** A subscription that has come up with its hub, and how often it has read the journal for itself. */
async function liveSubscription() {
  const journal = { reads: 0 };
  const hub: SubscriptionHub = {
    position: beginning,
    read: (_filter, from) => {
      journal.reads += 1;
      return Promise.resolve({ events: [], position: from });
    },
    attach: () => true,
    detach: () => undefined,
    turn: () => Promise.resolve(),
  };
  const subscription = new EventSubscription(hub, { tenantId: 'default' }, beginning, () => undefined);
  const first = subscription.next();
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(subscription.tell(events(1, 1)), true);
  assert.equal((await first)?.length, 1);
  return { subscription, journal };
}

describe('a subscription to events', () => {
  it('takes the whole of a reading, however much it is, when nothing waits for it', async () => {
    const { subscription, journal } = await liveSubscription();
    const many = events(2, 10 * bufferedMax);
    assert.equal(subscription.tell(many), true);
    assert.deepEqual(await subscription.next(), many);
    assert.equal(journal.reads, 1);
  });

  it('has the rest read from the journal when it leaves more than it may', async () => {
    const { subscription, journal } = await liveSubscription();
    assert.equal(subscription.tell(events(2, 1)), true);
    assert.equal(subscription.tell(events(3, bufferedMax - 1)), true);
    assert.equal(subscription.tell(events(2 + bufferedMax, 1)), false);
    assert.equal((await subscription.next())?.length, bufferedMax);
    assert.equal(subscription.position.sequence, 1 + bufferedMax);
    const rest = subscription.next();
    assert.equal(journal.reads, 2);
    subscription.close();
    assert.equal(await rest, undefined);
  });

  it('is told nothing twice', async () => {
    const { subscription } = await liveSubscription();
    assert.equal(subscription.tell(events(1, 2)), true);
    assert.deepEqual(
      (await subscription.next())?.map(({ entry }) => entry.sequence),
      [2],
    );
  });
});
