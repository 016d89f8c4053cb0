import type { Clock } from '../platform/clock.js';
import type { WebhookRow } from '../runtime/ports.js';
import type { WebhookAnswer } from './webhook-sender.js';
import { deliveryLimits } from './webhook-limits.js';

const { failuresBeforePause, pauseMs, longestPauseMs, longestRestMs, slowMs, notedMs } = deliveryLimits;

/** How a webhook's receiver does, and what that means for the calls to it. */
export class ReceiverHealth {
  /** When it took something last; the beginning of time where it never has. */
  #lastSuccessAt: number;
  #lastFailureAt: number;
  #notedSuccessAt: number;
  #notedFailureAt: number;
  /** In a row. */
  #failures = 0;
  #isSlow = false;
  #restsUntil = 0;
  /** When it was noted that it fails: calls from before say nothing new. */
  #failedAt = -Infinity;

  constructor(
    private readonly clock: Clock,
    {
      lastSuccessAt = -Infinity,
      lastFailureAt = -Infinity,
    }: Pick<WebhookRow, 'lastSuccessAt' | 'lastFailureAt'>,
  ) {
    this.#notedSuccessAt = this.#lastSuccessAt = lastSuccessAt;
    this.#notedFailureAt = this.#lastFailureAt = lastFailureAt;
  }

  get lastSuccessAt(): number {
    return this.#lastSuccessAt;
  }

  /** Several calls in a row have failed. */
  get isFailing(): boolean {
    return this.#failures >= failuresBeforePause;
  }

  /** How many calls it may have at once: where it fails or is slow, one, so that it does not take the places of others. */
  get callsMax(): number {
    return this.#failures > 0 || this.#isSlow ? 1 : deliveryLimits.calls;
  }

  /** How long it is left alone from now. */
  restMs(): number {
    return Math.max(0, this.#restsUntil - this.clock.elapsed());
  }

  note({ attempt, isTaken, retryAfterMs = 0 }: WebhookAnswer): void {
    const { at, durationMs } = attempt;
    this.#isSlow = durationMs > slowMs;
    if (isTaken) {
      this.#failures = 0;
      this.#restsUntil = 0;
      this.#lastSuccessAt = Math.max(this.#lastSuccessAt, at);
      return;
    }
    this.#lastFailureAt = Math.max(this.#lastFailureAt, at);
    if (at > this.#failedAt) this.#failures += 1;
    this.#failedAt = this.clock.now();
    const doublings = this.#failures - failuresBeforePause;
    const ownMs = doublings < 0 ? 0 : Math.min(longestPauseMs, pauseMs * 2 ** Math.min(doublings, 10));
    const restMs = Math.max(ownMs, Math.min(retryAfterMs, longestRestMs));
    this.#restsUntil = Math.max(this.#restsUntil, this.clock.elapsed() + restMs);
  }

  /** What is to be written down: not each success, once a minute is exact enough. */
  toBeNoted(): { readonly successAt?: number; readonly failureAt?: number } {
    const isSuccessNews = this.#lastSuccessAt - this.#notedSuccessAt >= notedMs;
    const isFailureNews = this.#lastFailureAt - this.#notedFailureAt >= notedMs;
    if (isSuccessNews) this.#notedSuccessAt = this.#lastSuccessAt;
    if (isFailureNews) this.#notedFailureAt = this.#lastFailureAt;
    return {
      ...(isSuccessNews ? { successAt: this.#lastSuccessAt } : {}),
      ...(isFailureNews ? { failureAt: this.#lastFailureAt } : {}),
    };
  }
}
