import type { Clock } from '../platform/clock.js';
import { LOOK_AGAIN_MS } from './loops/loop.js';

/** Lets requests wait for the end of an instance: told by this node's commits, found by looking where another node ended it. */
export class EndedInstances {
  private readonly waiting = new Map<string, Set<() => void>>();
  private stopped = false;

  constructor(
    private readonly clock: Clock,
    private readonly hasEnded: (tenantId: string, processInstanceId: string) => Promise<boolean>,
  ) {}

  ended(processInstanceId: string): void {
    for (const wake of this.waiting.get(processInstanceId) ?? []) wake();
  }

  /** Nobody is kept waiting any longer. */
  stop(): void {
    this.stopped = true;
    for (const waiters of [...this.waiting.values()]) for (const wake of waiters) wake();
  }

  /** Resolves with true when the instance has ended, with false after the time, when the signal aborts or the server stops. */
  async wait(
    tenantId: string,
    processInstanceId: string,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const until = this.clock.elapsed() + timeoutMs;
    for (;;) {
      const woken = this.nextLook(processInstanceId, until, signal);
      try {
        if (await this.hasEnded(tenantId, processInstanceId)) return true;
        if (this.clock.elapsed() >= until || signal?.aborted || this.stopped) return false;
        await woken.promise;
      } finally {
        woken.cancel();
      }
    }
  }

  private nextLook(processInstanceId: string, until: number, signal?: AbortSignal) {
    let wake = (): void => undefined;
    const promise = new Promise<void>((resolve) => (wake = resolve));
    const leftMs = Math.min(until - this.clock.elapsed(), LOOK_AGAIN_MS);
    const timer = this.clock.setTimer(this.clock.now() + leftMs, wake);
    const waiters = this.waiting.get(processInstanceId) ?? new Set();
    this.waiting.set(processInstanceId, waiters.add(wake));
    signal?.addEventListener('abort', wake);
    const cancel = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', wake);
      waiters.delete(wake);
      if (waiters.size === 0) this.waiting.delete(processInstanceId);
    };
    return { promise, cancel };
  }
}
