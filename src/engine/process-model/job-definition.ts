import type { Expression } from './expression.js';

/** What becomes a job: `zeebe:taskDefinition`, `camunda:topic` or bpmn-engine's `implementation`. */
export interface JobDefinition {
  /** Must give a non-empty string. */
  readonly jobType: Expression;
  /** Must give a whole number >= 1: how often the job is tried. Default 3. */
  readonly retries: Expression;
  /** `zeebe:taskHeaders`: static, handed to the worker as `customHeaders`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Must give a whole number; higher is served first. Default 0. */
  readonly priority?: Expression;
  /** How long each further try waits at least after the one that failed, as ISO 8601 durations; the last one is repeated. */
  readonly retryPauses?: readonly string[];
}
