import { type Job, type JobHandler, type JobResult, readAnswer } from '../../jobs/job-handler.js';
import type { JobRegistration } from '../../jobs/job-registration.js';
import { inSpan, type Tracing } from '../../platform/tracing.js';
import type { ScriptInput, ScriptOutput } from './script-request.js';
import type { ScriptThreads } from './script-threads.js';

/** A script of a deployed model. */
export interface ScriptSource {
  /** JavaScript. */
  readonly source: string;
  /** Where its result goes; without one it goes nowhere. */
  readonly resultVariable?: string;
}

export interface ScriptAdapterOptions {
  readonly jobType: string;
  readonly threads: ScriptThreads;
  /** The script of the element that a job is for: of the model, never of the job. Undefined where it has none. */
  readonly scriptOf: (job: Job) => Promise<ScriptSource | undefined>;
  /** How long a script may take. */
  readonly timeoutMs: number;
  /** How much memory a script may have. */
  readonly memoryBytes: number;
  /** Default: nothing is told. */
  readonly tracing?: Tracing | undefined;
}

/** How many scripts run at once; each has a thread of its own. */
const concurrency = 2;
/** Waiting for a thread to start, and for one to be ended, is not the script's time. */
const overheadMs = 30_000;

/** Has the JavaScript of script tasks done in a sandbox. What a script does wrong it will do wrong again: an incident at once. */
export function createScriptAdapter(options: ScriptAdapterOptions): JobRegistration {
  const { jobType, timeoutMs } = options;
  return {
    type: jobType,
    handler: createHandler(options),
    concurrency,
    timeoutMs: timeoutMs + overheadMs,
  };
}

function createHandler({
  threads,
  scriptOf,
  timeoutMs,
  memoryBytes,
  tracing,
}: ScriptAdapterOptions): JobHandler {
  return async (job, { signal, traceparent: parent }): Promise<JobResult> => {
    const script = await scriptOf(job);
    if (script === undefined)
      return failed(`Expected "${job.elementId}" to be a script task in JavaScript but it is not.`);
    const { source, resultVariable } = script;
    const request = { source, input: inputOf(job), timeoutMs, memoryBytes };
    const outcome = await inSpan(
      tracing?.begin('script', { parent }),
      () => threads.run(request, signal),
      ({ kind }) => (kind === 'done' ? undefined : kind),
    );
    switch (outcome.kind) {
      case 'done':
        return resultOf(outcome.output, resultVariable);
      case 'error':
        return outcome;
      case 'failed':
        return failed(outcome.message);
      default:
        return outcome satisfies never;
    }
  };
}

function inputOf({ variables, processInstanceId, businessKey }: Job): string {
  const input: ScriptInput = {
    variables,
    processInstanceId,
    ...(businessKey !== undefined && { businessKey }),
  };
  return JSON.stringify(input);
}

/** What the sandbox says is checked like anybody's answer. */
function resultOf(output: string, resultVariable: string | undefined): JobResult {
  const { result = null, variables } = JSON.parse(output) as ScriptOutput;
  const own = resultVariable === undefined ? {} : { [resultVariable]: result };
  const answer = readAnswer({ kind: 'complete', variables: { ...variables, ...own } });
  return answer.kind === 'fail' ? { ...answer, retry: false } : answer;
}

function failed(errorMessage: string): JobResult {
  return { kind: 'fail', errorMessage, retry: false };
}
