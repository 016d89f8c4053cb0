import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { heartbeatMs, pieceChars, stalledMs, writeEvents } from '../../src/facade/write-events.js';
import type { StreamOutput } from '../../src/facade/respond/stream-output.js';
import { startedEvent } from '../events/public-events.js';
import { FakeClock } from '../support/fake-clock.js';
import { createGate } from '../support/gate.js';

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
    // Each fills a piece.
    const event = (sequence: number) => startedEvent(sequence, 'x'.repeat(pieceChars));
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

  it('is written many whole events at a time, in their order', async () => {
    const clock = new FakeClock();
    const written: string[] = [];
    const out: StreamOutput = {
      write: (text) => void written.push(text),
      isBehind: false,
      caughtUp: () => Promise.resolve(true),
      end: () => undefined,
      drop: () => undefined,
    };
    const count = 1_000;
    const taken = [Array.from({ length: count }, (_, index) => startedEvent(index + 1))];
    const subscription = {
      next: async () => taken.shift(),
      position: { sequence: 0, index: 'end', at: 0 },
    } as const;
    assert.equal(await writeEvents(subscription, out, { clock, source: 'urn:test' }), 'ended');
    const pieces = written.slice(1);
    const chars = pieces.reduce((sum, { length }) => sum + length, 0);
    assert.ok(
      pieces.length <= Math.ceil(chars / pieceChars),
      `${pieces.length} pieces of ${chars} characters`,
    );
    for (const piece of pieces) assert.match(piece, /^id: .*\n\n$/s);
    const sequences = [...pieces.join('').matchAll(/^id: (\d+)-/gm)].map(([, sequence]) => Number(sequence));
    assert.deepEqual(
      sequences,
      Array.from({ length: count }, (_, index) => index + 1),
    );
  });
});
