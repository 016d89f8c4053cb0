import type { Clock } from '../platform/clock.js';
import { failpoint } from '../platform/failpoints.js';
import type { Logger } from '../platform/logger.js';
import { defaultBackoff } from '../client/backoff.js';
import { HeldJob } from '../client/worker/held-job.js';
import type { Tracing, TraceSpan } from '../platform/tracing.js';
import type { HeldOutcome } from '../client/worker/held-job.js';
import type { Job } from './job-handler.js';
import { defaultTimeoutMs, type JobRegistration } from './job-registration.js';
import { giveBack, reportJob, type ReportOptions } from './job-report.js';
import type { DriverIdentity, JobReports } from './job-source.js';

export interface JobsAtHandOptions {
  readonly source: JobReports;
  readonly identity: DriverIdentity;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A number from 0 up to but not including 1, for the jitter of back-offs. */
  readonly random: () => number;
  /** How long a job stays ours without a sign of life. It is extended while the handler is at work. */
  readonly leaseMs: number;
  /** Default: nothing is told. */
  readonly tracing?: Tracing | undefined;
}

/** The jobs of one type that this process holds, each from its activation to its report. */
export class JobsAtHand {
  readonly #held = new Set<HeldJob<Job, Logger>>();
  /** Jobs held or being reported: each ends by itself. */
  readonly #working = new Set<Promise<void>>();
  readonly #hurry = new AbortController();

  constructor(
    private readonly registration: JobRegistration,
    private readonly options: JobsAtHandOptions,
  ) {}

  /** How many jobs are held, those being reported included. */
  get count(): number {
    return this.#working.size;
  }

  /** Calls the handler and reports what it answers. Never rejects. */
  do(job: Job): Promise<void> {
    return this.#track(this.#do(job));
  }

  /** Gives a job back that no handler has seen. Never rejects. */
  return(job: Job): Promise<void> {
    return this.#track(giveBack(job, this.#reportOptions(job)));
  }

  /** Resolves when nothing is held any more. */
  async idle(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  /** Asks the handlers to come to an end. */
  interrupt(): void {
    for (const held of this.#held) held.interrupt();
  }

  /** Gives back what has not answered, and repeats no report any more. */
  giveBackAll(): void {
    this.#hurry.abort();
    for (const held of this.#held) held.giveBack();
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work
      .catch((error: unknown) => this.options.logger.error({ err: error }, 'doing a job went wrong'))
      .then(() => void this.#working.delete(tracked));
    this.#working.add(tracked);
    return tracked;
  }

  async #do(given: Job): Promise<void> {
    const span = this.#begin(given);
    // What the handler causes is caused by this.
    const job = span === undefined ? given : { ...given, traceparent: span.traceparent };
    const { source, identity, clock, leaseMs } = this.options;
    const report = this.#reportOptions(job);
    const { fence, jobId } = job;
    const held = new HeldJob(job, this.registration.handler, {
      clock,
      get logger() {
        return report.logger;
      },
      timeoutMs: report.timeoutMs,
      extendEveryMs: Math.ceil(leaseMs / 3),
      extendLease: async () => {
        try {
          return (await source.extendJob(identity.context, jobId, { timeoutMs: leaseMs, fence })).ok;
        } catch (error) {
          report.logger.warn({ err: error }, 'the deadline of a job could not be extended');
          return true;
        }
      },
    });
    this.#held.add(held);
    const outcome = await held.ended;
    this.#held.delete(held);
    failpoint('before-report');
    await reportJob(job, outcome, report);
    span?.set({ 'throughline.job.outcome': outcomeOf(outcome) });
    span?.end(outcomeOf(outcome) === 'complete' ? undefined : outcomeOf(outcome));
  }

  #begin({
    jobId,
    type,
    processInstanceId,
    elementId,
    bpmnProcessId,
    traceparent,
  }: Job): TraceSpan | undefined {
    return this.options.tracing?.begin(`job ${type}`, {
      kind: 'consumer',
      parent: traceparent,
      attributes: {
        'throughline.job.id': jobId,
        'throughline.job.type': type,
        'throughline.process_instance.id': processInstanceId,
        'throughline.process.id': bpmnProcessId,
        'throughline.element.id': elementId,
      },
    });
  }

  #reportOptions(job: Job): ReportOptions {
    const { source, identity, clock, random, logger } = this.options;
    const { jobId, type: jobType, processInstanceId, elementId, traceparent } = job;
    let ofJob: Logger | undefined;
    return {
      source,
      identity:
        traceparent === undefined ? identity : { ...identity, context: { ...identity.context, traceparent } },
      clock,
      random,
      // Made when there is something to log: it costs more than all the rest of a job.
      get logger() {
        return (ofJob ??= logger.child({ jobId, jobType, processInstanceId, elementId }));
      },
      backoff: this.registration.backoff ?? defaultBackoff,
      timeoutMs: this.registration.timeoutMs ?? defaultTimeoutMs,
      hurry: this.#hurry.signal,
    };
  }
}

function outcomeOf(outcome: HeldOutcome): string {
  return outcome.kind === 'answered' ? outcome.result.kind : outcome.kind;
}
