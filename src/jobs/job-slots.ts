interface Waiting {
  readonly priority: number;
  readonly resolve: (release: () => void) => void;
}

/** Bounds how many jobs of all types a process does at once; types of higher priority get a slot that is free before others. */
export class JobSlots {
  #free: number;
  /** The highest priority first; among equals, the longest waiting. */
  readonly #waiting: Waiting[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  /** Resolves with what gives the slot back, to be called once. */
  acquire(priority: number): Promise<() => void> {
    return new Promise((resolve) => {
      const after = this.#waiting.findIndex((waiting) => waiting.priority < priority);
      this.#waiting.splice(after === -1 ? this.#waiting.length : after, 0, { priority, resolve });
      this.#hand();
    });
  }

  /** Waits for one slot, and takes as many more, up to `most`, as are free and wanted by nobody else. */
  async acquireUpTo(most: number, priority: number): Promise<readonly (() => void)[]> {
    const releases = [await this.acquire(priority)];
    while (releases.length < most && this.#free > 0) releases.push(await this.acquire(priority));
    return releases;
  }

  /** A slot that is free and wanted by nobody else; undefined where there is none. */
  tryAcquire(): (() => void) | undefined {
    if (this.#free === 0 || this.#waiting.length > 0) return undefined;
    return this.#taken();
  }

  #hand(): void {
    while (this.#free > 0) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      next.resolve(this.#taken());
    }
  }

  #taken(): () => void {
    this.#free--;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#free++;
      this.#hand();
    };
  }
}
