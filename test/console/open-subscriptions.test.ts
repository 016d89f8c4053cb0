import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { HistoryEntry } from '../../src/console/answers.js';
import { openSubscriptions } from '../../src/console/instance/open-subscriptions.js';

type Event = HistoryEntry['events'][number];

function history(...events: readonly Event[]): readonly HistoryEntry[] {
  return events.map((event, index) => ({
    sequence: String(index),
    at: '',
    actor: '',
    command: '',
    events: [event],
  }));
}

const opened = (subscriptionId: string, elementInstanceId: string): Event => ({
  type: 'messageSubscriptionOpened',
  subscriptionId,
  elementInstanceId,
  catchingElementId: `event-of-${subscriptionId}`,
  messageName: 'paid',
  correlationKey: 'A-1',
});
const correlated = (subscriptionId: string, remains?: true): Event => ({
  type: 'messageCorrelated',
  subscriptionId,
  ...(remains === undefined ? {} : { remains }),
});
const idsOf = (events: readonly HistoryEntry[], ended: readonly string[] = []) =>
  openSubscriptions(events, (id) => ended.includes(id)).map(({ subscriptionId }) => subscriptionId);

describe('open subscriptions', () => {
  it('are those that were opened, with what they wait for', () => {
    const signal: Event = { type: 'signalSubscriptionOpened', subscriptionId: 's2', signalName: 'alarm' };
    assert.deepEqual(
      openSubscriptions(history(opened('s1', 'i1'), signal), () => false).map(
        ({ kind, name, correlationKey, elementId }) => [kind, name, correlationKey, elementId],
      ),
      [
        ['message', 'paid', 'A-1', 'event-of-s1'],
        ['signal', 'alarm', undefined, ''],
      ],
    );
  });

  it('end with what they waited for, unless they remain', () => {
    assert.deepEqual(idsOf(history(opened('s1', 'i1'), correlated('s1'))), []);
    assert.deepEqual(idsOf(history(opened('s1', 'i1'), correlated('s1', true))), ['s1']);
  });

  it('end with their element instance', () => {
    assert.deepEqual(idsOf(history(opened('s1', 'i1'), opened('s2', 'i2')), ['i1']), ['s2']);
  });
});
