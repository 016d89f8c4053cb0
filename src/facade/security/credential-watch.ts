import type { IncomingMessage } from 'node:http';
import type { Principal } from '../../identity/principal.js';
import type { Clock, TimerHandle } from '../../platform/clock.js';
import type { Logger } from '../../platform/logger.js';
import type { Authenticate } from './authenticate.js';

/** How often the credentials of a request that is still being answered are looked at again. */
export const lookedAtAgainMs = 30_000;

interface Watched {
  readonly principalId: string;
  look(): void;
}

/**
 * Ends what goes on after its answer has begun, or waits for one, when the credentials of its request end: at the time that they say themselves;
 * revoked and signed out ones at the next look, and at once where that was done on this server.
 */
export class CredentialWatch {
  readonly #watched = new Set<Watched>();

  constructor(
    private readonly authenticate: Authenticate,
    private readonly clock: Clock,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** Calls back once, when the credentials by which the request was let in are good no more. Answers what ends the watch. */
  watch(req: IncomingMessage, principal: Principal, ended: () => void): () => void {
    const { validUntil = Infinity } = principal;
    let timer: TimerHandle | undefined;
    const stop = (): void => {
      timer?.cancel();
      this.#watched.delete(watched);
    };
    const end = (): void => {
      stop();
      ended();
    };
    const look = async (): Promise<void> => {
      const isGood = this.clock.now() < validUntil && (await this.#isGood(req, principal));
      if (!this.#watched.has(watched)) return;
      if (isGood) wait();
      else end();
    };
    const wait = (): void => {
      timer?.cancel();
      timer = this.clock.setTimer(
        Math.min(this.clock.now() + lookedAtAgainMs, validUntil),
        () => void look(),
      );
    };
    const watched: Watched = { principalId: principal.id, look: () => void look() };
    this.#watched.add(watched);
    wait();
    return stop;
  }

  /** Looks now at the credentials of the principal: some of them have ended here. */
  lookAgain(principalId: string): void {
    for (const watched of [...this.#watched]) if (watched.principalId === principalId) watched.look();
  }

  /** What cannot be said now, because the database is away, is asked again. */
  async #isGood(req: IncomingMessage, { id }: Principal): Promise<boolean> {
    try {
      return (await this.authenticate(req, { isUse: false }))?.id === id;
    } catch (error) {
      this.logger.warn({ err: error }, 'the credentials of a request could not be looked at again');
      return true;
    }
  }
}
