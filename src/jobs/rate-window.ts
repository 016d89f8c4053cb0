import type { Clock } from '../platform/clock.js';
import type { RateLimit } from './job-registration.js';

/** Counts what has begun in the present window of a rate limit. A window begins with the first that begins after the one before. */
export class RateWindow {
  /** By the clock's `elapsed()`. */
  #endsAt = -Infinity;
  #count = 0;

  constructor(
    private readonly limit: RateLimit | undefined,
    private readonly clock: Clock,
  ) {}

  /** How many more may begin now. */
  get left(): number {
    if (this.limit === undefined) return Infinity;
    return this.clock.elapsed() >= this.#endsAt ? this.limit.max : Math.max(0, this.limit.max - this.#count);
  }

  /** When more may begin, by the clock's `now()`, where none may now. */
  get opensAt(): number {
    return this.clock.now() + this.#endsAt - this.clock.elapsed();
  }

  count(begun: number): void {
    if (this.limit === undefined || begun === 0) return;
    if (this.clock.elapsed() >= this.#endsAt) {
      this.#endsAt = this.clock.elapsed() + this.limit.durationMs;
      this.#count = 0;
    }
    this.#count += begun;
  }
}
