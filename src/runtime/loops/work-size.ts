/** How long a piece of clean-up is meant to hold the writer of SQLite, or its locks on PostgreSQL, its commit included. The bound is 50 ms. */
export const HOLD_TARGET_MS = 8;

const rowsFirst = 20;
const rowsMax = 500;
/** Fewer save nothing: what such a piece takes is its commit, which costs the same for one row. */
const rowsMin = 5;
/** After a piece over the bound it grows by so little that the next one over it is far away. */
const growth = 1.5;
const growthAfterLong = 1.05;
const HOLD_MAX_MS = 50;
/** Pieces that must have kept the bound before it grows freely again. */
const carefulPieces = 100;

/**
 * How many rows are removed at once: as many as the last pieces, with their commits, say that the target has room for. It shrinks at once,
 * and grows slowly; for a while very slowly when a piece has taken longer than the bound, since a disk that was busy is likely to be so again.
 */
export class WorkSize {
  #rows = rowsFirst;
  #carefulFor = 0;

  get rows(): number {
    return this.#rows;
  }

  /** A piece of `rows` rows has taken so long, its commit included. */
  note(rows: number, elapsedMs: number): void {
    if (rows === 0) return;
    this.#carefulFor = elapsedMs > HOLD_MAX_MS ? carefulPieces : Math.max(0, this.#carefulFor - 1);
    const most = Math.ceil(this.#rows * (this.#carefulFor > 0 ? growthAfterLong : growth));
    const fitting = Math.floor((rows * HOLD_TARGET_MS) / Math.max(elapsedMs, 1));
    this.#rows = Math.max(rowsMin, Math.min(fitting, most, rowsMax));
  }
}
