import type { Logger } from '../../platform/logger.js';
import type { UnknownKind } from '../unknown-kind.js';

/** Tells once of each kind that this release does not know, however much there is of it. */
export class UnknownLog {
  readonly #told = new Set<string>();

  constructor(private readonly logger: Logger) {}

  /** @param ids where it was found, for the log */
  tell({ what, message }: UnknownKind, ids: Readonly<Record<string, string>>): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.logger.warn(ids, message);
  }
}
