import type { ClientClock } from './client-clock.js';

/** Resolves after the time, or as soon as the signal is aborted. Never rejects. */
export function wait(clock: ClientClock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      timer.cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimer(clock.now() + ms, done);
    signal?.addEventListener('abort', done);
  });
}
