/** Time as the client needs it; tests bring one that they move. */
export interface ClientClock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
  /** Calls `fn` once when `now()` has reached `atMs`. */
  setTimer(atMs: number, fn: () => void): { cancel(): void };
}

/** The machine's clock. Its timers keep the process alive: who waits for the server to come back has something to do. */
export const machineClock: ClientClock = {
  now: () => Date.now(),
  setTimer(atMs, fn) {
    const timer = setTimeout(fn, Math.max(0, atMs - Date.now()));
    return { cancel: () => clearTimeout(timer) };
  },
};
