/** So many wait already that nobody else may. */
export class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting';

  constructor(waitingMax: number) {
    super(`Expected fewer than ${waitingMax} to wait but there are as many.`);
  }
}

/** Places for work at once; who finds none waits for its turn, in the order in which they came. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(private readonly size: { readonly atOnce: number; readonly waiting: number }) {}

  /** Does the work when it is its turn. Rejects with {@link TooManyWaiting}, and does nothing, where too many wait. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const { atOnce, waiting } = this.size;
    if (this.#taken < atOnce) this.#taken += 1;
    else if (this.#waiting.length >= waiting) throw new TooManyWaiting(waiting);
    // The place is handed over.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken -= 1;
      else next();
    }
  }
}
