import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type ClockHost, createSystemClock, longestDelayMs, systemClock } from '../../src/platform/clock.js';
import { FakeClock } from '../support/fake-clock.js';

const dayMs = 86_400_000;

/** A host whose wall clock and timers are moved apart, as NTP or an administrator moves them. */
class TestHost implements ClockHost {
  wallMs = 1_700_000_000_000;
  /** However the wall clock is set. */
  elapsedMs = 0;
  readonly delays: number[] = [];
  #due: { readonly inMs: number; readonly fn: () => void } | undefined;

  now(): number {
    return this.wallMs;
  }

  elapsed(): number {
    return this.elapsedMs;
  }

  delay(delayMs: number, fn: () => void): () => void {
    this.delays.push(delayMs);
    this.#due = { inMs: delayMs, fn };
    return () => (this.#due = undefined);
  }

  /** Lets the pending delay end while the wall clock shows `wallPassedMs` more, after `passedMs`. */
  endDelay(wallPassedMs = this.#due?.inMs ?? 0, passedMs = this.#due?.inMs ?? 0): void {
    const due = this.#due;
    assert(due !== undefined, 'no delay is pending');
    this.#due = undefined;
    this.wallMs += wallPassedMs;
    this.elapsedMs += passedMs;
    due.fn();
  }

  get isWaiting(): boolean {
    return this.#due !== undefined;
  }
}

describe('createSystemClock', () => {
  it('fires a timer that is further away than Node can count, and not before', () => {
    const host = new TestHost();
    let firedAtMs: number | undefined;
    const atMs = host.wallMs + 60 * dayMs;
    createSystemClock(host).setTimer(atMs, () => (firedAtMs = host.wallMs));
    while (host.isWaiting) {
      assert.equal(firedAtMs, undefined);
      host.endDelay();
    }
    assert.equal(firedAtMs, atMs);
    assert.equal(Math.max(...host.delays), longestDelayMs);
  });

  it('waits on when the host wakes it early', () => {
    const host = new TestHost();
    let fired = 0;
    createSystemClock(host).setTimer(host.wallMs + 1000, () => (fired += 1));
    host.endDelay(999, 999);
    assert.equal(fired, 0);
    host.endDelay(1, 1);
    assert.equal(fired, 1);
    assert(!host.isWaiting);
  });

  it('holds nobody up when the wall clock is set back by an hour', () => {
    const host = new TestHost();
    let fired = 0;
    createSystemClock(host).setTimer(host.wallMs + 1000, () => (fired += 1));
    host.endDelay(400 - 3_600_000, 400);
    assert.equal(fired, 0);
    host.endDelay();
    assert.deepEqual([fired, host.delays], [1, [1000, 600]]);
  });

  it('notices within a minute that the wall clock was set forward', () => {
    const host = new TestHost();
    let fired = 0;
    createSystemClock(host).setTimer(host.wallMs + dayMs, () => (fired += 1));
    host.endDelay(2 * dayMs);
    assert.equal(fired, 1);
  });

  it('fires a timer of the past soon but not at once', () => {
    const host = new TestHost();
    let fired = 0;
    createSystemClock(host).setTimer(0, () => (fired += 1));
    assert.equal(fired, 0);
    host.endDelay();
    assert.deepEqual([fired, host.delays], [1, [0]]);
  });

  it('cancels a timer, also after some of its delays have ended', () => {
    const host = new TestHost();
    const timer = createSystemClock(host).setTimer(host.wallMs + dayMs, () => assert.fail('fired'));
    host.endDelay();
    timer.cancel();
    timer.cancel();
    assert(!host.isWaiting);
  });

  it('refuses a time that is none', () => {
    assert.throws(() => createSystemClock(new TestHost()).setTimer(Number.NaN, () => {}), /found NaN/);
  });
});

describe('systemClock', () => {
  it('tells the time and fires', async () => {
    const before = Date.now();
    const firedAtMs = await new Promise<number>((resolve) => {
      systemClock.setTimer(before + 5, () => resolve(systemClock.now()));
      setTimeout(() => resolve(Number.NaN), 1000).unref();
      setTimeout(() => {}, 50);
    });
    assert(firedAtMs >= before + 5 && firedAtMs <= Date.now());
  });
});

describe('FakeClock', () => {
  it('runs the timers that fall due in order of their time, each at its own', () => {
    const clock = new FakeClock(0);
    const ran: string[] = [];
    const note = (name: string) => () => ran.push(`${name}@${clock.now()}`);
    clock.setTimer(30, note('c'));
    clock.setTimer(10, note('a'));
    clock.setTimer(10, note('b'));
    clock.setTimer(40, note('too late'));
    clock.setTimer(20, note('cancelled')).cancel();
    clock.setTimer(15, () => clock.setTimer(25, note('set by a timer')));
    clock.advance(30);
    assert.deepEqual(ran, ['a@10', 'b@10', 'set by a timer@25', 'c@30']);
    assert.deepEqual([clock.now(), clock.pendingTimers], [30, 1]);
  });

  it('lets promises run on between timers when asked to', async () => {
    const clock = new FakeClock(0);
    const ran: number[] = [];
    const tick = (): void =>
      void Promise.resolve().then(() => {
        ran.push(clock.now());
        if (ran.length < 3) clock.setTimer(clock.now() + 10, tick);
      });
    tick();
    await clock.advanceAsync(100);
    assert.deepEqual(ran, [0, 10, 20]);
  });
});
