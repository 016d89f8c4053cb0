import type { Logger } from '../../platform/logger.js';

/** Says once that something does not work, and once that it works again, however often it is tried meanwhile. */
export class OutageLog {
  #fails = false;

  constructor(
    private readonly logger: Logger,
    /** As in "… is away". */
    private readonly what: string,
  ) {}

  failed(error: unknown): void {
    if (this.#fails) return void this.logger.debug({ err: error }, `${this.what} is still away`);
    this.#fails = true;
    this.logger.warn({ err: error }, `${this.what} is away; trying again until it is back`);
  }

  worked(): void {
    if (this.#fails) this.logger.info(`${this.what} is back`);
    this.#fails = false;
  }
}
