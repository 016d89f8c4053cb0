/** A timer that has been set. Cancelling one that has fired already does nothing. */
export interface TimerHandle {
  cancel(): void;
}

/** The only source of time in the server. Everything that needs the time or a timer is given one of these. */
export interface Clock {
  /** The present time in milliseconds since 1970-01-01 UTC. It may step back: callers that order by it must cope. */
  now(): number;
  /** Milliseconds since some moment. It neither steps nor stands still: lengths of time are measured with it. */
  elapsed(): number;
  /**
   * Calls `fn` once when `now()` has reached `atMs`, however far away that is, or when so much time has passed as was left when it
   * was set: a clock that is set back holds nobody up, and who waits for a date looks at `now()` again. Soon, but never at once, when
   * the time has passed already.
   */
  setTimer(atMs: number, fn: () => void): TimerHandle;
}

/** The host's clock and timer, as parameters so that the behaviour of the system clock can be tested. */
export interface ClockHost {
  now(): number;
  /** As {@link Clock.elapsed}. */
  elapsed(): number;
  /** Calls `fn` after `delayMs`, and answers with a function that prevents it. Must not keep the process alive. */
  delay(delayMs: number, fn: () => void): () => void;
}

/**
 * The longest single wait. Node counts a delay in a signed 32-bit integer and fires at once what is longer than
 * 24.8 days; and its timers do not notice when the wall clock is set. Looking again each minute copes with both.
 */
export const longestDelayMs = 60_000;

/** A clock over the host's clock that waits for far-away times in pieces of at most `longestDelayMs`. */
export function createSystemClock(host: ClockHost): Clock {
  return {
    now: () => host.now(),
    elapsed: () => host.elapsed(),
    setTimer(atMs, fn) {
      if (Number.isNaN(atMs)) throw new RangeError('Expected a time in milliseconds but found NaN.');
      const passedAt = host.elapsed() + atMs - host.now();
      let stop: () => void;
      const left = (): number => Math.min(atMs - host.now(), passedAt - host.elapsed());
      const wait = (): void => {
        const leftMs = Math.max(0, Math.ceil(left()));
        stop = host.delay(Math.min(leftMs, longestDelayMs), () => {
          if (left() <= 0) fn();
          else wait();
        });
      };
      wait();
      return { cancel: () => stop() };
    },
  };
}

/** The machine's wall clock. Its timers do not keep the process alive. */
export const systemClock: Clock = createSystemClock({
  now: () => Date.now(),
  elapsed: () => performance.now(),
  delay(delayMs, fn) {
    const timer = setTimeout(fn, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
});
