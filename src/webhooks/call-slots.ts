/** Places for calls at once; who finds none waits for its turn. */
export class CallSlots {
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly most: number) {}

  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#taken < this.most) this.#taken += 1;
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
