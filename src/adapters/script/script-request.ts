/** One run of a script, as it is handed to a thread: plain data. */
export interface ScriptRequest {
  /** JavaScript. */
  readonly source: string;
  /** JSON of a {@link ScriptInput}. */
  readonly input: string;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
}

/** What a script can see. */
export interface ScriptInput {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly processInstanceId: string;
  readonly businessKey?: string;
}

/** What came of it. `output` is JSON of a {@link ScriptOutput}, made by the sandbox and not looked at. */
export type ScriptOutcome =
  | { readonly kind: 'done'; readonly output: string }
  | { readonly kind: 'error'; readonly errorCode: string; readonly errorMessage: string }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** The sandbox may not be sound any more: nothing else is to run in it. */
      readonly isSpent?: true;
    };

/** What a thread says. */
export type ThreadMessage = ScriptOutcome | { readonly kind: 'ready' };

export interface ScriptOutput {
  /** The value of the last expression, or what was given to `next`. */
  readonly result?: unknown;
  /** What was set by `execution.setVariable`. */
  readonly variables?: Readonly<Record<string, unknown>>;
}
