import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { PublicEvent } from '../../src/events/public-event.js';
import { heartbeatMs, stalledMs, writeEvents } from '../../src/facade/write-events.js';
import type { StreamOutput } from '../../src/facade/respond/stream-output.js';
import { FakeClock } from '../support/fake-clock.js';
import { createGate } from '../support/gate.js';

const event = (sequence: number): PublicEvent => ({
  type: 'process-instance.started',
  index: 0,
  entry: {
    sequence,
    tenantId: 'default',
    processInstanceId: 'instance',
    processDefinitionId: 'definition',
    at: 0,
    command: 'startProcessInstance',
    events: [],
    isRemoved: false,
  },
  subject: 'instance',
  data: {},
});

describe('a stream of events', () => {
  it('is cut off when its reader takes nothing, and never tells a place before what comes before it', async () => {
    const clock = new FakeClock();
    const written: string[] = [];
    const stalled = createGate();
    let waited: number | undefined;
    const out: StreamOutput = {
      write: (text) => void written.push(text),
      get isBehind() {
        return written.length === 3;
      },
      async caughtUp(withinMs) {
        waited = withinMs;
        await stalled.opened;
        return false;
      },
      end: () => undefined,
      drop: () => undefined,
    };
    const taken = [[event(1), event(2), event(3)]];
    const subscription = {
      next: async () => taken.shift(),
      // As far as what was taken, of which the reader has not had all.
      position: { sequence: 3, index: 'end', at: 0 },
    } as const;
    const ending = writeEvents(subscription, out, { clock, source: 'urn:test' });
    await clock.advanceAsync(heartbeatMs);
    const ids = written.map((text) => /id: (\S+)/.exec(text)?.[1]);
    assert.deepEqual(ids, ['3-end-0', '1-0-0', '2-0-0']);
    assert.equal(waited, stalledMs);
    stalled.open();
    assert.equal(await ending, 'dropped');
    assert.equal(written.length, 3);
    assert.equal(clock.pendingTimers, 0);
  });
});
