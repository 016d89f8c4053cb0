import type { ProcessInstanceRow } from '../runtime/ports.js';

/** Characters of documents that are kept parsed; a parsed one takes a few times as many bytes. */
const cachedLengthMax = 16_000_000;
/** What an entry costs besides its document. */
const entryLength = 500;

interface Entry {
  readonly row: ProcessInstanceRow;
  readonly length: number;
}

/** Process instances as last committed, parsed, the longest unused leaving first. States are never changed in place. */
export class InstanceCache {
  readonly #entries = new Map<string, Entry>();
  #length = 0;

  get(processInstanceId: string): ProcessInstanceRow | undefined {
    const entry = this.#entries.get(processInstanceId);
    if (entry === undefined) return undefined;
    this.#entries.delete(processInstanceId);
    this.#entries.set(processInstanceId, entry);
    return entry.row;
  }

  put(row: ProcessInstanceRow, documentLength: number): void {
    this.delete(row.processInstanceId);
    const length = documentLength + entryLength;
    if (length > cachedLengthMax / 10) return;
    this.#entries.set(row.processInstanceId, { row, length });
    this.#length += length;
    for (const oldest of this.#entries.keys()) {
      if (this.#length <= cachedLengthMax) break;
      this.delete(oldest);
    }
  }

  delete(processInstanceId: string): void {
    const entry = this.#entries.get(processInstanceId);
    if (entry === undefined) return;
    this.#entries.delete(processInstanceId);
    this.#length -= entry.length;
  }

  /** After anything that leaves open what the database holds. */
  clear(): void {
    this.#entries.clear();
    this.#length = 0;
  }
}
