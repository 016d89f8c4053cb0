import type { Clock } from '../../platform/clock.js';

/** Calls to one origin at once: fewer than the job type has places, so that one service that hangs does not have them all. */
export const callsMax = 24;
/**
 * How long a call waits for its turn at a service that has all the calls it may have; and after how long without an end of any of
 * them the service is stuck, so that nothing waits for it any more.
 */
export const patienceMs = 1_000;
/** After how many failures in a row a service is left alone, and for how long: twice as long after each further failure. */
export const failuresMax = 5;
export const restMs = 5_000;
export const longestRestMs = 60_000;

/** When to come again, instead of calling now. */
export interface Postponed {
  readonly kind: 'postponed';
  readonly why: string;
  readonly backoffMs: number;
}

/** The right to make one call; it has to be ended. */
export interface Call {
  readonly kind: 'call';
  /**
   * `answered`: the service lives. `failed`: no answer, or one that asks to be left alone. `unknown`: the call says nothing of it.
   * @returns for how long the service is left alone from now on, where this failure has led to that
   */
  end(how: 'answered' | 'failed' | 'unknown'): number | undefined;
}

interface Origin {
  /** Under way; a place that is given to one who waits is never free in between. */
  calls: number;
  /** When a call ended last, or the first began. */
  movedAt: number;
  readonly waiting: ((isAdmitted: boolean) => void)[];
  failures: number;
  /** Set while it is left alone; from then on one call tries whether it answers again. */
  restsUntil?: number;
  restMs: number;
  isTried: boolean;
}

/** Origins remembered; those that are at rest and sound are forgotten first. */
const originsMax = 1_000;

/**
 * Keeps one service that hangs, fails or refuses from taking the places of all others: it has so many calls at once and no more, and
 * after several failures in a row none for a while, until one call finds it answering again (a bulkhead and a circuit breaker).
 * An origin is scheme, host and port.
 */
export class OriginGuard {
  readonly #origins = new Map<string, Origin>();

  constructor(private readonly clock: Clock) {}

  /** The right to call now or after a short wait; or when to come again. */
  async enter(name: string): Promise<Call | Postponed> {
    const origin = this.#originOf(name);
    const resting = this.#restOf(name, origin);
    if (resting !== undefined) return resting;
    if (origin.calls === 0) origin.movedAt = this.clock.elapsed();
    if (origin.calls < callsMax) origin.calls += 1;
    else if (this.#isStuck(origin) || !(await this.#turnOf(origin))) {
      const why = `${name} has ${callsMax} calls that it has not answered yet.`;
      // The longer it is stuck, the longer the pause: who comes again and again costs as well.
      const stuckMs = this.clock.elapsed() - origin.movedAt;
      return { kind: 'postponed', why, backoffMs: Math.min(longestRestMs, Math.max(restMs, stuckMs)) };
    }
    // It may have failed while this one waited.
    const late = this.#restOf(name, origin);
    if (late === undefined) return this.#call(name, origin);
    this.#leave(name, origin);
    return late;
  }

  #isStuck({ movedAt }: Origin): boolean {
    return this.clock.elapsed() - movedAt >= patienceMs;
  }

  #call(name: string, origin: Origin): Call {
    const isTrial = origin.restsUntil !== undefined;
    if (isTrial) origin.isTried = true;
    return {
      kind: 'call',
      end: (how) => {
        if (isTrial) origin.isTried = false;
        origin.movedAt = this.clock.elapsed();
        const rests = this.#note(origin, how, isTrial);
        this.#leave(name, origin);
        return rests;
      },
    };
  }

  /** Gives the place to the next who waits. */
  #leave(name: string, origin: Origin): void {
    const next = origin.waiting.shift();
    if (next !== undefined) return next(true);
    origin.calls -= 1;
    if (origin.calls === 0 && origin.failures === 0) this.#origins.delete(name);
  }

  #note(origin: Origin, how: 'answered' | 'failed' | 'unknown', isTrial: boolean): number | undefined {
    if (how === 'unknown') return undefined;
    if (how === 'answered') {
      origin.failures = 0;
      origin.restMs = restMs;
      delete origin.restsUntil;
      return undefined;
    }
    origin.failures += 1;
    // Calls that were under way when it was left alone say nothing new.
    const isOld = !isTrial && origin.restsUntil !== undefined;
    if (isOld || origin.failures < failuresMax) return undefined;
    const rests = origin.restMs;
    origin.restsUntil = this.clock.elapsed() + rests;
    origin.restMs = Math.min(longestRestMs, rests * 2);
    return rests;
  }

  /** Undefined where a call may be made. */
  #restOf(name: string, { restsUntil, isTried, failures }: Origin): Postponed | undefined {
    if (restsUntil === undefined) return undefined;
    const leftMs = restsUntil - this.clock.elapsed();
    if (leftMs <= 0 && !isTried) return undefined;
    const why = `The last ${failures} calls to ${name} have failed; it is left alone for a while.`;
    return { kind: 'postponed', why, backoffMs: Math.max(patienceMs, leftMs) };
  }

  #turnOf(origin: Origin): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isAdmitted: boolean): void => {
        timer.cancel();
        resolve(isAdmitted);
      };
      const timer = this.clock.setTimer(this.clock.now() + patienceMs, () => {
        origin.waiting.splice(origin.waiting.indexOf(settle), 1);
        resolve(false);
      });
      origin.waiting.push(settle);
    });
  }

  #originOf(name: string): Origin {
    const known = this.#origins.get(name);
    if (known !== undefined) return known;
    if (this.#origins.size >= originsMax) this.#forgetOne();
    const movedAt = this.clock.elapsed();
    const origin: Origin = { calls: 0, movedAt, waiting: [], failures: 0, restMs, isTried: false };
    this.#origins.set(name, origin);
    return origin;
  }

  #forgetOne(): void {
    for (const [name, { calls, waiting }] of this.#origins) {
      if (calls > 0 || waiting.length > 0) continue;
      this.#origins.delete(name);
      return;
    }
  }
}
