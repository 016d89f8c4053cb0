/** What is known of tokens, by their digests: bounded, so that who sends many makes us forget and not grow. */
export class TokenCache<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly until: number }>();

  constructor(
    private readonly entriesMax: number,
    /** Milliseconds that neither step nor stand still. */
    private readonly elapsed: () => number,
  ) {}

  get size(): number {
    return this.#entries.size;
  }

  get(digest: string): Value | undefined {
    const entry = this.#entries.get(digest);
    if (entry === undefined || entry.until > this.elapsed()) return entry?.value;
    this.#entries.delete(digest);
    return undefined;
  }

  /** Keeps it for so many milliseconds; the oldest goes when there are too many. */
  put(digest: string, value: Value, forMs: number): void {
    this.#entries.delete(digest);
    this.#entries.set(digest, { value, until: this.elapsed() + forMs });
    if (this.#entries.size <= this.entriesMax) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  removeIf(isGone: (value: Value) => boolean): void {
    for (const [digest, { value }] of this.#entries) if (isGone(value)) this.#entries.delete(digest);
  }
}
