/** What the load process is asked to do, as JSON. */
export type LoadPlan =
  /** Starts so many instances, `atOnce` in flight. */
  | {
      readonly kind: 'start';
      readonly bpmnProcessId: string;
      readonly count: number;
      readonly atOnce: number;
    }
  /** Starts at a fixed rate: requests are sent when they are due, answered or not; a latency counts from then. */
  | {
      readonly kind: 'startPaced';
      readonly bpmnProcessId: string;
      readonly perSecond: number;
      readonly seconds: number;
    }
  /** Starts so many, and does their jobs: activates 32 at a time, completes one by one. */
  | {
      readonly kind: 'externalJobs';
      readonly bpmnProcessId: string;
      readonly types: readonly string[];
      readonly count: number;
      readonly atOnce: number;
    }
  /** Starts, searches the user task, completes it; `atOnce` of these in flight. */
  | {
      readonly kind: 'userTasks';
      readonly bpmnProcessId: string;
      readonly count: number;
      readonly atOnce: number;
    }
  /** Correlates one message each with `customer-<n>`, at a fixed rate; n is `from` and the `among - 1` after it. */
  | {
      readonly kind: 'correlatePaced';
      readonly name: string;
      readonly among: number;
      readonly from: number;
      readonly perSecond: number;
      readonly seconds: number;
    }
  /** One instance after the other, each with so many jobs at once: completes all of them. The time is that of the completions. */
  | {
      readonly kind: 'largeInstance';
      readonly bpmnProcessId: string;
      readonly type: string;
      readonly size: number;
      readonly instances: number;
      readonly atOnce: number;
    }
  /** The same searches again and again, one at a time. */
  | {
      readonly kind: 'search';
      readonly path: string;
      readonly bodies: readonly object[];
      readonly count: number;
    };

export interface LoadResult {
  /** How long it took until the last answer; of what is not measured, without it. */
  readonly elapsedMs: number;
  readonly answered: number;
  /** Answers with another status than expected; the first of them in words. */
  readonly failed: number;
  readonly firstFailure?: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
