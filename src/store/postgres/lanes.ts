import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Runs what arrives in a few lanes at a time; what arrives while all are in use waits, and is run together by the next that is free. So a
 * lone party is run at once, and a crowd shares round trips and commits.
 */
export class Lanes<Party> {
  readonly #waiting: Party[] = [];
  readonly #lanesMax: number;
  readonly #partiesMax: number;
  readonly #runTogether: (parties: readonly Party[]) => Promise<void>;
  #open = 0;

  /** `runTogether` never rejects. */
  constructor(options: {
    readonly lanesMax: number;
    readonly partiesMax: number;
    runTogether(parties: readonly Party[]): Promise<void>;
  }) {
    this.#lanesMax = options.lanesMax;
    this.#partiesMax = options.partiesMax;
    this.#runTogether = (parties) => options.runTogether(parties);
  }

  add(party: Party): void {
    this.#waiting.push(party);
    if (this.#open < this.#lanesMax) void this.#openLane();
  }

  /** Goes once round the event loop before the first, so that all that has arrived is in it. */
  async #openLane(): Promise<void> {
    this.#open += 1;
    await nextTurn();
    while (this.#waiting.length > 0) await this.#runTogether(this.#waiting.splice(0, this.#partiesMax));
    this.#open -= 1;
  }
}
