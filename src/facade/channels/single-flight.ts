/** Lets what is asked twice at once be done once: whoever comes meanwhile gets the same answer. */
export class SingleFlight {
  readonly #flights = new Map<string, Promise<unknown>>();

  /** The promise of the work under way for the key, else that of `work`. The same key must always mean the same kind of work. */
  do<T>(key: string, work: () => Promise<T>): Promise<T> {
    const flight = this.#flights.get(key) as Promise<T> | undefined;
    if (flight !== undefined) return flight;
    const started = work().finally(() => this.#flights.delete(key));
    this.#flights.set(key, started);
    return started;
  }
}
