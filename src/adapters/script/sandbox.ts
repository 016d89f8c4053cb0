import type {
  QuickJSContext,
  QuickJSHandle,
  QuickJSRuntime,
  QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import { prelude } from './prelude.js';
import type { ScriptOutcome, ScriptRequest } from './script-request.js';

/** The stack of one script: about a thousand calls deep. */
const stackBytes = 256 * 1024;
/** Characters of what a script gives back: as much as a request may have. */
const outputMax = 5 * 1024 * 1024;
/** Characters of a message that are shown. */
const messageMax = 1_000;
/** Promise jobs between two looks at the clock. */
const jobsAtOnce = 1_000;

/**
 * Runs one script in a QuickJS of its own: no object of the host is inside, text goes in and comes out. What the interpreter itself can stop
 * (loops, recursion, memory) ends here; what it cannot is for whoever owns the thread. Never throws.
 */
export function runScript(module: QuickJSWASMModule, request: ScriptRequest): ScriptOutcome {
  const until = Date.now() + request.timeoutMs;
  let runtime: QuickJSRuntime | undefined;
  let context: QuickJSContext | undefined;
  let outcome: ScriptOutcome;
  try {
    runtime = module.newRuntime();
    runtime.setMemoryLimit(request.memoryBytes);
    runtime.setMaxStackSize(stackBytes);
    runtime.setInterruptHandler(() => Date.now() > until);
    context = runtime.newContext();
    outcome = new Sandbox(runtime, context, request, until).run();
  } catch (error) {
    outcome = spent(error);
  }
  // What the interpreter was torn out of it cannot free: it would abort. Whoever sees that it is spent throws all of it away.
  if (outcome.kind === 'failed' && outcome.isSpent) return outcome;
  try {
    context?.dispose();
    runtime?.dispose();
  } catch (error) {
    return outcome.kind === 'failed' ? { ...outcome, isSpent: true } : spent(error);
  }
  return outcome;
}

class Sandbox {
  constructor(
    private readonly runtime: QuickJSRuntime,
    private readonly context: QuickJSContext,
    private readonly request: ScriptRequest,
    private readonly until: number,
  ) {}

  run(): ScriptOutcome {
    const { context, request } = this;
    const make = context.unwrapResult(context.evalCode(prelude, 'prelude.js'));
    const input = context.newString(request.input);
    const made = context.callFunction(make, context.undefined, input);
    input.dispose();
    make.dispose();
    if (made.error) return this.failed(made.error, undefined);
    const ending = made.value;
    const outcome = this.evaluate(ending);
    ending.dispose();
    return outcome;
  }

  private evaluate(ending: QuickJSHandle): ScriptOutcome {
    const { context } = this;
    const evaluated = context.evalCode(this.request.source, 'script.js', { type: 'global' });
    if (evaluated.error) return this.failed(evaluated.error, ending);
    const value = evaluated.value;
    const stopped = this.runPromiseJobs();
    if (stopped !== undefined) {
      value.dispose();
      return this.failed(stopped, ending);
    }
    const state = context.getPromiseState(value);
    if (state.type === 'pending') {
      value.dispose();
      return { kind: 'failed', message: 'Expected the script to end but its promise is never resolved.' };
    }
    if (state.type === 'rejected') {
      value.dispose();
      return this.failed(state.error, ending);
    }
    const settled = this.call(ending, 'settle', state.value);
    if (state.value !== value) state.value.dispose();
    value.dispose();
    if (settled.error) return this.failed(settled.error, ending);
    return this.text(settled.value);
  }

  /** The error of a job that could not be run, or undefined when there are none left. */
  private runPromiseJobs(): QuickJSHandle | undefined {
    while (this.runtime.hasPendingJob() && Date.now() <= this.until) {
      const ran = this.runtime.executePendingJobs(jobsAtOnce);
      if (ran.error) return ran.error;
    }
    return undefined;
  }

  private text(output: QuickJSHandle): ScriptOutcome {
    const text = this.context.getString(output);
    output.dispose();
    if (text.length <= outputMax) return { kind: 'done', output: text };
    const message = `Expected the script to give at most ${outputMax} characters of JSON but it gave ${text.length}.`;
    return { kind: 'failed', message };
  }

  private failed(error: QuickJSHandle, ending: QuickJSHandle | undefined): ScriptOutcome {
    if (Date.now() > this.until) {
      error.dispose();
      return timedOut(this.request.timeoutMs);
    }
    const described = ending && this.call(ending, 'describe', error);
    error.dispose();
    if (described === undefined || described.error) {
      described?.error?.dispose();
      return { kind: 'failed', message: 'The script threw something that cannot be shown.', isSpent: true };
    }
    const text = this.context.getString(described.value);
    described.value.dispose();
    return outcomeOf(text);
  }

  private call(ending: QuickJSHandle, name: 'settle' | 'describe', argument: QuickJSHandle) {
    const method = this.context.getProp(ending, name);
    const result = this.context.callFunction(method, this.context.undefined, argument);
    method.dispose();
    return result;
  }
}

/** What the prelude said of an error; it is text from inside. */
function outcomeOf(described: string): ScriptOutcome {
  const { code, text, message } = JSON.parse(described) as Readonly<Record<string, unknown>>;
  if (typeof code === 'string' && code !== '')
    return { kind: 'error', errorCode: shortened(code), errorMessage: shortened(String(message)) };
  const said = shortened(String(text ?? 'BpmnError without a code'));
  // The interpreter's own errors tell that a bound was reached; nothing of it is used again.
  const isSpent = /^InternalError: /.test(said);
  return { kind: 'failed', message: `The script failed: ${said}`, ...(isSpent && { isSpent }) };
}

/** Of a script that was stopped, here or with its thread. */
export function timedOut(timeoutMs: number): ScriptOutcome {
  return {
    kind: 'failed',
    message: `Expected the script to end within ${timeoutMs} ms but it did not.`,
    isSpent: true,
  };
}

function spent(error: unknown): ScriptOutcome {
  const reason = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', message: `The script broke its sandbox: ${shortened(reason)}`, isSpent: true };
}

function shortened(text: string): string {
  return text.length <= messageMax ? text : `${text.slice(0, messageMax)}…`;
}
