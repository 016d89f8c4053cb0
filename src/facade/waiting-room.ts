import { refuse } from './respond/refusal.js';

/** How many requests of this server may wait for something at a time. */
export const waitingRequestsMax = 10_000;

/** Counts the requests that wait for a job or the end of an instance: each holds a connection and memory. */
export class WaitingRoom {
  #waiting = 0;

  constructor(private readonly seats = waitingRequestsMax) {}

  /** Does `work` while a seat is taken. Throws `too-many-requests` when there is none. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.seats) {
      throw refuse('too-many-requests', `Expected at most ${this.seats} requests to wait at a time.`);
    }
    this.#waiting += 1;
    try {
      return await work();
    } finally {
      this.#waiting -= 1;
    }
  }
}
