import { refuse } from './respond/refusal.js';

/** How many requests of this server may wait for something at a time. */
export const waitingRequestsMax = 10_000;

/** Calls back when the caller has gone before its answer was complete, or its credentials have ended; at once, if it already has. */
export type OnCallerGone = (listener: () => void) => void;

/** Where requests wait for a job or the end of an instance: each holds a connection and memory, so that they are bounded. */
export class WaitingRoom {
  // One signal for all would keep every request that ever waited: AbortSignal.any lets go of none on Node 20.
  readonly #waiting = new Set<AbortController>();

  /** @param stopping aborts when the server stops: whoever waits, or comes to wait, is sent on. */
  constructor(
    private readonly stopping: AbortSignal,
    private readonly seats = waitingRequestsMax,
  ) {
    stopping.addEventListener('abort', () => {
      for (const controller of this.#waiting) controller.abort();
    });
  }

  /**
   * Does `work` while a seat is taken; its signal aborts when the caller goes, its credentials end or the server stops. Throws
   * `too-many-requests`, and does nothing, when no seat is free.
   */
  async during<T>(onCallerGone: OnCallerGone, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#waiting.size >= this.seats) {
      throw refuse('too-many-requests', `Expected at most ${this.seats} requests to wait at a time.`);
    }
    const controller = new AbortController();
    this.#waiting.add(controller);
    try {
      onCallerGone(() => controller.abort());
      if (this.stopping.aborted) controller.abort();
      return await work(controller.signal);
    } finally {
      this.#waiting.delete(controller);
    }
  }
}
