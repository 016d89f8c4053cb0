import type { Clock } from '../platform/clock.js';
import type { JournalEntry, JournalFeed, JournalWriter } from '../runtime/ports.js';

/** Entries that are read at once. */
const pageEntries = 500;

/** How long to wait before looking again whether a transaction has ended. */
export const writersPauseMs = 10;

/**
 * Reads the journal from one place on and passes over nothing, although sequences are given out before commits: where one is missing it
 * stands still until each transaction has ended that may have drawn it. Numbers are missing where a transaction was rolled back,
 * or where rows were removed.
 */
export class JournalReader {
  /** Up to here every entry has been read that will ever be there. */
  #position = 0;
  /** No transaction that is open, or will be, has a sequence up to here. */
  #settled = 0;
  #gap: { readonly upTo: number; readonly writers: ReadonlySet<JournalWriter> } | undefined;

  constructor(private readonly feed: JournalFeed) {}

  get position(): number {
    return this.#position;
  }

  /** Whether it waits for transactions to end. */
  get isAtGap(): boolean {
    return this.#gap !== undefined;
  }

  /**
   * Begins behind all that is committed. When this resolves, whatever is not read any more can be read from the database's tables:
   * transactions that were under way have ended. Answers when the last entry before was written.
   */
  async begin(clock: Clock): Promise<number> {
    const { sequence, at } = await this.feed.end();
    let open = await this.feed.writers();
    while (open.size > 0) {
      await new Promise<void>((resolve) => clock.setTimer(clock.now() + writersPauseMs, resolve));
      open = stillOpen(open, await this.feed.writers());
    }
    this.#position = sequence;
    this.#settled = sequence;
    return at;
  }

  /** The next entries in order; none at the end, or at a gap. */
  async next(): Promise<{ readonly entries: readonly JournalEntry[]; readonly isFull: boolean }> {
    if (this.#gap !== undefined) {
      const open = stillOpen(this.#gap.writers, await this.feed.writers());
      if (open.size > 0) this.#gap = { ...this.#gap, writers: open };
      else {
        this.#settled = this.#gap.upTo;
        this.#gap = undefined;
      }
    }
    const found = await this.feed.after(this.#position, pageEntries);
    let expected = this.#position + 1;
    let count = 0;
    for (const { sequence } of found) {
      if (sequence > expected && sequence > this.#settled) break;
      expected = sequence + 1;
      count += 1;
    }
    const last = found.at(-1);
    if (count < found.length && this.#gap === undefined && last !== undefined) {
      // After the rows: a transaction that has drawn a number below the last of them is among the writers, or has ended.
      this.#gap = { upTo: last.sequence, writers: await this.feed.writers() };
    }
    const entries = found.slice(0, count);
    this.#position = entries.at(-1)?.sequence ?? this.#position;
    return { entries, isFull: count === pageEntries };
  }
}

function stillOpen(
  before: ReadonlySet<JournalWriter>,
  now: ReadonlySet<JournalWriter>,
): ReadonlySet<JournalWriter> {
  return new Set([...before].filter((writer) => now.has(writer)));
}
