import type { ClientClock } from '../client-clock.js';
import { callHandler } from './call-handler.js';
import { type JobHandler, JobInterruption, type JobResult } from './job-handler.js';
import type { WorkerLogger } from './worker-logger.js';

/** How holding a job ended. Only the first of all that may end it counts. */
export type HeldOutcome =
  | { readonly kind: 'answered'; readonly result: JobResult; readonly whileStopping: boolean }
  | { readonly kind: 'timed-out' }
  /** The worker stops and the handler has not answered. */
  | { readonly kind: 'given-back' }
  /** Somebody else holds the job, or nobody needs it any more. */
  | { readonly kind: 'lost' };

/** Asks to hold the job on; answers false when it is not ours any more, and true also when that cannot be known. */
export type ExtendLease = () => Promise<boolean>;

type TimerHandle = ReturnType<ClientClock['setTimer']>;

export interface HoldOptions<Logger> {
  readonly clock: ClientClock;
  readonly logger: Logger;
  /** How long the handler may take. */
  readonly timeoutMs: number;
  /** How often the lease is extended meanwhile. */
  readonly extendEveryMs: number;
  readonly extendLease: ExtendLease;
}

/** A job while its handler is at work. */
export class HeldJob<
  Job extends { readonly jobId: string; readonly traceparent?: string | undefined },
  Logger extends WorkerLogger,
> {
  /** Resolves once, whatever the handler does; never rejects. */
  readonly ended: Promise<HeldOutcome>;
  /** Made when it is asked for: it costs more than a handler that answers at once. */
  #madeController: AbortController | undefined;
  readonly #options: HoldOptions<Logger>;
  readonly #limit: TimerHandle;
  #extension: TimerHandle;
  #isEnded = false;
  #end: (outcome: HeldOutcome) => void = () => {};

  constructor(
    readonly job: Job,
    handler: JobHandler<Job, Logger>,
    options: HoldOptions<Logger>,
  ) {
    const { clock, timeoutMs } = options;
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#limit = clock.setTimer(clock.now() + timeoutMs, () => this.#timeOut());
    this.#extension = this.#nextExtension();
    const signal = (): AbortSignal => this.#controller.signal;
    const context = {
      get signal() {
        return signal();
      },
      idempotencyKey: job.jobId,
      ...(job.traceparent !== undefined && { traceparent: job.traceparent }),
      get logger() {
        return options.logger;
      },
    };
    void callHandler(handler, job, context).then((result) => this.#answered(result));
  }

  /** Asks the handler to come to an end because the worker stops. */
  interrupt(): void {
    this.#abort('stopping', 'The worker stops.');
  }

  /** Waits for the handler no longer: the job goes back to where it came from. */
  giveBack(): void {
    this.interrupt();
    this.#finish({ kind: 'given-back' });
  }

  get #controller(): AbortController {
    return (this.#madeController ??= new AbortController());
  }

  #answered(result: JobResult): void {
    if (this.#isEnded)
      this.#options.logger.debug({}, 'an answer came after the job had ended and is dropped');
    this.#finish({ kind: 'answered', result, whileStopping: this.#madeController?.signal.aborted ?? false });
  }

  #timeOut(): void {
    this.#abort('timed-out', `The handler has not answered within ${this.#options.timeoutMs} ms.`);
    this.#finish({ kind: 'timed-out' });
  }

  #nextExtension(): TimerHandle {
    const { clock, extendEveryMs } = this.#options;
    return clock.setTimer(clock.now() + extendEveryMs, () => void this.#extend());
  }

  async #extend(): Promise<void> {
    const isOurs = await this.#options.extendLease();
    if (this.#isEnded) return;
    if (isOurs) this.#extension = this.#nextExtension();
    else {
      this.#abort('not-held', 'The job is not held any more.');
      this.#finish({ kind: 'lost' });
    }
  }

  #abort(why: JobInterruption['why'], message: string): void {
    if (!this.#controller.signal.aborted) this.#controller.abort(new JobInterruption(why, message));
  }

  #finish(outcome: HeldOutcome): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#limit.cancel();
    this.#extension.cancel();
    this.#end(outcome);
  }
}
