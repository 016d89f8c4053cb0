/** Does many things with one call: each gets its own result, or the error of the call. */
export type BatchCall<Item, Result> = (items: readonly Item[]) => Promise<readonly Result[]>;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects what comes while earlier calls are under way and sends it together: alone when it is quiet, in large batches under load,
 * and never later than the next turn of the event loop allows. Who calls bounds how much there is at once.
 */
export class Batcher<Item, Result> {
  #waiting: Waiting<Item, Result>[] = [];
  #calls = 0;
  #isScheduled = false;

  /**
   * @param call answers one result per item, in their order.
   * @param most items of one call; `calls` is how many calls may be under way at once.
   */
  constructor(
    private readonly call: BatchCall<Item, Result>,
    private readonly bounds: { readonly most: number; readonly calls: number },
  ) {}

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled || this.#calls >= this.bounds.calls) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      while (this.#waiting.length > 0 && this.#calls < this.bounds.calls) void this.#send();
    });
  }

  async #send(): Promise<void> {
    const batch = this.#waiting.splice(0, this.bounds.most);
    this.#calls++;
    try {
      const results = await this.call(batch.map(({ item }) => item));
      if (results.length !== batch.length) {
        throw new Error(`Expected ${batch.length} results but found ${results.length}.`);
      }
      results.forEach((result, index) => batch[index]?.resolve(result));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.#calls--;
      this.#schedule();
    }
  }
}
