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
 * Answers as `work` does, or rejects with {@link UnitTimedOut}. The work itself cannot be stopped: its session is
 * closed, so that whatever it tries afterwards fails. Work that blocks the thread is out of anyone's reach.
 */
export async function withinUnitTime<T>(work: Promise<T>, limitMs: number = unitTimeMaxMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new UnitTimedOut()), limitMs);
  });
  try {
    return await Promise.race([work, timedOut]);
  } finally {
    clearTimeout(timer);
  }
}
