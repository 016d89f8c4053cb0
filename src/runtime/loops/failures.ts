import type { Clock } from '../../platform/clock.js';
import { RETRY_MS } from './loop.js';

/**
 * What a loop could not do a moment ago. It is passed over until its pause is over, so that what fails again and again neither
 * keeps the loop busy nor stands in the way of what comes behind it.
 */
export class Failures {
  private readonly pausedUntil = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** @param pauseMs for how long it is passed over */
  add(id: string, pauseMs = RETRY_MS): void {
    this.pausedUntil.set(id, this.clock.elapsed() + pauseMs);
  }

  /** How many are paused now. Forgets those whose pause is over. */
  count(): number {
    const now = this.clock.elapsed();
    for (const [id, until] of this.pausedUntil) if (until <= now) this.pausedUntil.delete(id);
    return this.pausedUntil.size;
  }

  isPaused(id: string): boolean {
    return this.pausedUntil.has(id);
  }
}
