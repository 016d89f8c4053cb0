import type { Clock, TimerHandle } from '../../src/platform/clock.js';

interface PendingTimer {
  readonly atMs: number;
  /** By `elapsed()`: a clock that was set back holds nobody up. */
  readonly passedAtMs: number;
  readonly fn: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #nowMs: number;
  #elapsedMs = 0;
  #pending: PendingTimer[] = [];

  constructor(startMs: number | string = '2026-01-01T00:00:00.000Z') {
    this.#nowMs = typeof startMs === 'number' ? startMs : Date.parse(startMs);
  }

  now(): number {
    return this.#nowMs;
  }

  elapsed(): number {
    return this.#elapsedMs;
  }

  setTimer(atMs: number, fn: () => void): TimerHandle {
    const timer: PendingTimer = { atMs, passedAtMs: this.#elapsedMs + atMs - this.#nowMs, fn };
    this.#pending.push(timer);
    return { cancel: () => this.#remove(timer) };
  }

  /** How many timers are set and have not fired. */
  get pendingTimers(): number {
    return this.#pending.length;
  }

  /** When the next timer is due; Infinity where none is set. */
  get nextTimerAtMs(): number {
    return this.#nowMs + Math.min(Infinity, ...this.#pending.map((timer) => this.#leftOf(timer)));
  }

  /**
   * Moves the time on by `ms` and runs the timers that fall due, in order of their time (those of one time in the order
   * in which they were set), each at its own time; also those that a timer sets meanwhile.
   */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`Expected 0 ms or more to advance by, but found ${ms}.`);
    const targetMs = this.#elapsedMs + ms;
    for (let next = this.#nextDue(targetMs); next !== undefined; next = this.#nextDue(targetMs)) {
      this.#passTo(this.#elapsedMs + this.#leftOf(next));
      this.#remove(next);
      next.fn();
    }
    this.#passTo(targetMs);
  }

  /** As `advance`, and lets the promises that the timers settle run on after each timer. */
  async advanceAsync(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new RangeError(`Expected 0 ms or more to advance by, but found ${ms}.`);
    const targetMs = this.#elapsedMs + ms;
    await settlePromises();
    for (let next = this.#nextDue(targetMs); next !== undefined; next = this.#nextDue(targetMs)) {
      this.#passTo(this.#elapsedMs + this.#leftOf(next));
      this.#remove(next);
      next.fn();
      await settlePromises();
    }
    this.#passTo(targetMs);
  }

  /** Sets the time, also backwards, as an administrator or NTP would. No timer fires. */
  set(ms: number): void {
    this.#nowMs = ms;
  }

  #passTo(elapsedMs: number): void {
    const passedMs = Math.max(0, elapsedMs - this.#elapsedMs);
    this.#elapsedMs += passedMs;
    this.#nowMs += passedMs;
  }

  #nextDue(untilElapsedMs: number): PendingTimer | undefined {
    const withinMs = untilElapsedMs - this.#elapsedMs;
    let next: PendingTimer | undefined;
    for (const timer of this.#pending) {
      const leftMs = this.#leftOf(timer);
      if (leftMs <= withinMs && (next === undefined || leftMs < this.#leftOf(next))) next = timer;
    }
    return next;
  }

  #leftOf({ atMs, passedAtMs }: PendingTimer): number {
    return Math.min(atMs - this.#nowMs, passedAtMs - this.#elapsedMs);
  }

  #remove(timer: PendingTimer): void {
    this.#pending = this.#pending.filter((pending) => pending !== timer);
  }
}

function settlePromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
