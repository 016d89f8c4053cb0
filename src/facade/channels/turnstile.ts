import type { Clock } from '../../platform/clock.js';
import { refuse } from '../respond/refusal.js';

/** How many may do something at a time, and who waits for a turn. */
export interface TurnstileLimits {
  readonly atOnce: number;
  readonly waiting: number;
  /** Milliseconds. */
  readonly waitMs: number;
}

/** Lets so many through at a time, in the order in which they came; the others wait, not too many and not too long. */
export class Turnstile {
  #inside = 0;
  readonly #waiting = new Set<() => void>();

  constructor(
    private readonly limits: TurnstileLimits,
    private readonly clock: Clock,
  ) {}

  /** Does `work` when it is its turn. Throws `too-many-requests`, and does nothing, when that takes too long. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.limits.atOnce) await this.#turn();
    else this.#inside += 1;
    try {
      return await work();
    } finally {
      const [next] = this.#waiting;
      if (next === undefined) this.#inside -= 1;
      else next();
    }
  }

  /** Resolves when somebody who leaves hands over the place. */
  #turn(): Promise<void> {
    const { atOnce, waiting, waitMs } = this.limits;
    const tooMany = () => refuse('too-many-requests', `Expected at most ${atOnce} of them at a time.`);
    if (this.#waiting.size >= waiting) throw tooMany();
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        this.#waiting.delete(enter);
        timer.cancel();
        resolve();
      };
      const timer = this.clock.setTimer(this.clock.now() + waitMs, () => {
        this.#waiting.delete(enter);
        reject(tooMany());
      });
      this.#waiting.add(enter);
    });
  }
}
