import type { Clock, TimerHandle } from '../platform/clock.js';

/**
 * One piece of work that is done again and again: as soon as it is woken, or at the time that it asked for. It never runs twice
 * at once; a wake-up that comes while it runs makes it run again.
 */
export class Sleeper {
  private timer: TimerHandle | undefined;
  private timerAt = Infinity;
  private running: Promise<void> | undefined;
  private wanted = false;
  private stopped = true;

  /**
   * @param work answers when it wants to run again, in milliseconds since the epoch: a time that has come means at once,
   * Infinity when woken. Work that takes long does it in pieces, for it is stopped between them only.
   * @param failed is told what the work threw, and answers when to try again.
   */
  constructor(
    private readonly clock: Clock,
    private readonly work: () => Promise<number>,
    private readonly failed: (error: unknown) => number,
  ) {}

  start(): void {
    this.stopped = false;
    this.wake();
  }

  /** Waits for the work that is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    this.timerAt = Infinity;
    await this.running;
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  wake(): void {
    if (this.stopped) return;
    this.wanted = true;
    this.running ??= this.run();
  }

  /** Wakes it at that time, unless it will be awake earlier. */
  wakeAt(at: number): void {
    if (this.stopped || at >= this.timerAt || at === Infinity) return;
    if (at <= this.clock.now()) return this.wake();
    this.timer?.cancel();
    this.timerAt = at;
    this.timer = this.clock.setTimer(at, () => {
      this.timerAt = Infinity;
      this.wake();
    });
  }

  private async run(): Promise<void> {
    await Promise.resolve(); // Whoever wakes it goes on first.
    while (this.wanted && !this.stopped) {
      this.wanted = false;
      try {
        this.wakeAt(await this.work());
      } catch (error) {
        this.wakeAt(this.failed(error));
      }
    }
    this.running = undefined;
  }
}
