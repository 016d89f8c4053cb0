import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { createScriptAdapter } from '../../../src/adapters/script/script-adapter.js';
import type { ScriptSource } from '../../../src/adapters/script/script-adapter.js';
import { createScriptThreads } from '../../../src/adapters/script/script-threads.js';
import type { Job, JobResult, Variables } from '../../../src/jobs/job-handler.js';
import { systemClock } from '../../../src/platform/clock.js';
import { createLogger } from '../../../src/platform/logger.js';

const threads = createScriptThreads(systemClock);
const logger = createLogger({ level: 'silent' });

after(() => threads.close());

const job = (variables: Variables = {}): Job => ({
  jobId: 'pi-3',
  type: 'script',
  retries: 3,
  variables,
  customHeaders: {},
  elementId: 'x',
  elementInstanceId: 'pi-2',
  processInstanceId: 'pi',
  processDefinitionId: 'pd',
  bpmnProcessId: 'p',
  deadline: 0,
  fence: 1,
});

async function answer(
  script: ScriptSource | string | undefined,
  variables: Variables = {},
  signal = new AbortController().signal,
): Promise<JobResult | Variables | void> {
  const source = typeof script === 'string' ? { source: script } : script;
  const { handler } = createScriptAdapter({
    jobType: 'script',
    threads,
    scriptOf: () => Promise.resolve(source),
    timeoutMs: 300,
    memoryBytes: 32 * 1024 * 1024,
  });
  return handler(job(variables), { signal, idempotencyKey: 'k', logger });
}

describe('script adapter', function () {
  // A thread takes its time to start where the machine is busy.
  this.timeout(20_000);

  it('answers the result variable and the variables that are set', async () => {
    const source = "execution.setVariable('b', a * 2); a + 1";
    assert.deepEqual(await answer({ source, resultVariable: 'r' }, { a: 1 }), {
      kind: 'complete',
      variables: { b: 2, r: 2 },
    });
    assert.deepEqual(await answer('1'), { kind: 'complete', variables: {} });
    assert.deepEqual(await answer({ source: 'undefined', resultVariable: 'r' }), {
      kind: 'complete',
      variables: { r: null },
    });
  });

  it('fails without another try: the script would do the same again', async () => {
    assert.deepEqual(await answer('nothing.there'), {
      kind: 'fail',
      errorMessage: "The script failed: ReferenceError: 'nothing' is not defined (line 1)",
      retry: false,
    });
    const deep = await answer({
      source: 'let x = 1; for (let i = 0; i < 100; i++) x = [x]; x',
      resultVariable: 'r',
    });
    assert.ok(deep && 'retry' in deep && deep.retry === false);
    const proto = await answer("execution.setVariable('__proto__', 1)");
    assert.ok(proto && 'retry' in proto && proto.retry === false);
    assert.deepEqual(await answer(undefined), {
      kind: 'fail',
      errorMessage: 'Expected "x" to be a script task in JavaScript but it is not.',
      retry: false,
    });
  });

  it('answers a BPMN error', async () => {
    assert.deepEqual(await answer("throw new BpmnError('E1', 'no')"), {
      kind: 'error',
      errorCode: 'E1',
      errorMessage: 'no',
    });
  });

  it('ends a thread whose script cannot be stopped from inside, meanwhile lets others run, and goes on', async () => {
    const from = Date.now();
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 10);
    // One call of the interpreter that never looks whether it is to stop.
    const stuck = answer('Array(3e9).join("x")');
    const other = await answer({ source: '2 + 2', resultVariable: 'r' });
    assert.deepEqual(other, { kind: 'complete', variables: { r: 4 } });
    assert.deepEqual(await stuck, {
      kind: 'fail',
      errorMessage: 'Expected the script to end within 300 ms but it did not.',
      retry: false,
    });
    clearInterval(ticking);
    assert.ok(Date.now() - from < 10_000);
    assert.ok(ticks > 10, `Expected the server to go on meanwhile but it did so ${ticks} times.`);
    assert.deepEqual(await answer({ source: '1', resultVariable: 'r' }), {
      kind: 'complete',
      variables: { r: 1 },
    });
  });

  it('contains a memory bomb', async () => {
    const outcome = await answer('const a = []; for (;;) a.push("x".repeat(1e6) + a.length)');
    assert.ok(outcome && 'errorMessage' in outcome);
    assert.match(String(outcome.errorMessage), /out of memory|within 300 ms/);
    assert.deepEqual(await answer('1'), { kind: 'complete', variables: {} });
  });

  it('gives up a script that nobody waits for any more', async () => {
    const controller = new AbortController();
    const pending = answer('for (;;);', {}, controller.signal);
    controller.abort();
    await assert.rejects(pending, /given up/);
  });
});
