import type { Clock, TimerHandle } from '../../src/platform/clock.js';

interface PendingTimer {
  readonly atMs: number;
  readonly fn: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #nowMs: number;
  #pending: PendingTimer[] = [];

  constructor(startMs: number | string = '2026-01-01T00:00:00.000Z') {
    this.#nowMs = typeof startMs === 'number' ? startMs : Date.parse(startMs);
  }

  now(): number {
    return this.#nowMs;
  }

  setTimer(atMs: number, fn: () => void): TimerHandle {
    const timer: PendingTimer = { atMs, fn };
    this.#pending.push(timer);
    return { cancel: () => this.#remove(timer) };
  }

  /** How many timers are set and have not fired. */
  get pendingTimers(): number {
    return this.#pending.length;
  }

  /**
   * Moves the time on by `ms` and runs the timers that fall due, in order of their time (those of one time in the order
   * in which they were set), each at its own time; also those that a timer sets meanwhile.
   */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`Expected 0 ms or more to advance by, but found ${ms}.`);
    const targetMs = this.#nowMs + ms;
    for (let next = this.#nextDue(targetMs); next !== undefined; next = this.#nextDue(targetMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#remove(next);
      next.fn();
    }
    this.#nowMs = targetMs;
  }

  /** As `advance`, and lets the promises that the timers settle run on after each timer. */
  async advanceAsync(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new RangeError(`Expected 0 ms or more to advance by, but found ${ms}.`);
    const targetMs = this.#nowMs + ms;
    await settlePromises();
    for (let next = this.#nextDue(targetMs); next !== undefined; next = this.#nextDue(targetMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#remove(next);
      next.fn();
      await settlePromises();
    }
    this.#nowMs = targetMs;
  }

  /** Sets the time, also backwards, as an administrator or NTP would. No timer fires. */
  set(ms: number): void {
    this.#nowMs = ms;
  }

  #nextDue(untilMs: number): PendingTimer | undefined {
    let next: PendingTimer | undefined;
    for (const timer of this.#pending) {
      if (timer.atMs <= untilMs && (next === undefined || timer.atMs < next.atMs)) next = timer;
    }
    return next;
  }

  #remove(timer: PendingTimer): void {
    this.#pending = this.#pending.filter((pending) => pending !== timer);
  }
}

function settlePromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
