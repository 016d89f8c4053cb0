import { StoreUnavailable } from '../runtime/ports.js';

/** More work is waiting for the database than it may hold. It may be sent again, later. */
export class StoreOverloaded extends StoreUnavailable {}

/** Units of work that may wait for their turn; what comes then is refused at once. */
export const queuedUnitsMax = 10_000;

/** How long a unit of work may take before it is given up, so that it cannot hold up all others for ever. */
export const unitTimeMaxMs = 30_000;

/** The work took longer than `unitTimeMaxMs`. */
export class UnitTimedOut extends StoreUnavailable {
  constructor() {
    super(`Expected a unit of work to end within ${unitTimeMaxMs} ms but it did not.`);
  }
}

/**
 * Bounds the time of units of work that run one after the other. The work itself cannot be stopped: its session is closed, so that
 * whatever it tries afterwards fails. Work that blocks the thread is out of anyone's reach.
 */
export class UnitTimeLimit {
  readonly #limitMs: number;
  /** One for all: to set it again costs less than another. */
  #timer: NodeJS.Timeout | undefined;
  #timedOut: (() => void) | undefined;

  constructor(limitMs: number = unitTimeMaxMs) {
    this.#limitMs = limitMs;
  }

  /** Answers as `work` does, or rejects with {@link UnitTimedOut}. */
  bound<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#timedOut = () => reject(new UnitTimedOut());
      this.#timer = this.#timer?.refresh() ?? setTimeout(() => this.#timedOut?.(), this.#limitMs).unref();
      work.then(resolve, reject);
    });
  }

  /** No more work comes. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
