import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { createInProcessJobDriver } from '../../../src/jobs/in-process-job-driver.js';
import type { JobDriver } from '../../../src/jobs/job-driver.js';
import { registerHandlers } from '../../../src/jobs/job-registration.js';
import { loadHandlers } from '../../../src/jobs/load-handlers.js';
import { systemClock } from '../../../src/platform/clock.js';
import { createLogger } from '../../../src/platform/logger.js';
import { MemoryJobSource, type SourceCall } from '../memory-job-source.js';

/** What each handler does with its job; all are sandboxed. */
const handlers = {
  answers: `async (job, { idempotencyKey, logger }) => {
    logger.warn({ n: job.variables.n }, 'at work');
    return { twice: job.variables.n * 2, idempotencyKey };
  }`,
  loops: `() => { for (;;); }`,
  ends: `() => process.exit(3)`,
  throws: `async () => { throw new Error('broken'); }`,
  fills: `() => { const all = []; for (;;) all.push(new Array(1e6).fill(all.length)); }`,
  errs: `async () => ({ kind: 'error', errorCode: 'NO' })`,
  dates: `async () => ({ at: new Date() })`,
  waits: `(job, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve({ why: signal.reason.why })))`,
};

describe('a sandboxed handler', function () {
  // A thread of the sources takes its time to start.
  this.timeout(30_000);
  let folder: string;
  let driver: JobDriver;
  let source: MemoryJobSource;
  let close: () => Promise<void>;
  const lines: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandboxed-'));
    for (const [name, text] of Object.entries(handlers)) {
      const timeoutMs = name === 'loops' ? 1_500 : 20_000;
      const module = `export default { sandbox: true, timeoutMs: ${timeoutMs}, concurrency: 2, handler: ${text} };`;
      await writeFile(join(folder, `${name}.mjs`), module);
    }
    const loaded = await loadHandlers(folder);
    close = async () => {
      for (const registration of loaded) await registration.close?.();
    };
    source = new MemoryJobSource(systemClock);
    driver = createInProcessJobDriver({
      source,
      registrations: registerHandlers(loaded),
      identity: { context: { tenantId: 't', actor: 'a' }, worker: 'w' },
      clock: systemClock,
      logger: createLogger({ level: 'info' }, { write: (line) => void lines.push(line) }),
      random: () => 0,
    });
    driver.start();
  });
  after(async () => {
    await driver.stop(5_000);
    await close();
    await rm(folder, { recursive: true });
  });

  let count = 0;
  const reportOf = (type: string, variables: Record<string, number> = {}): Promise<SourceCall> => {
    const jobId = `${type}-${++count}`;
    return new Promise((resolve) => {
      const before = source.beforeReport;
      source.beforeReport = async (call) => {
        if (call.jobId === jobId && call.operation !== 'extend') resolve(call);
        return before(call);
      };
      source.add({ jobId, type, variables });
    });
  };

  it('is given the job, and answers variables; its log is the server’s', async () => {
    const { operation, input, jobId } = await reportOf('answers', { n: 21 });
    assert.equal(operation, 'complete');
    assert.deepEqual(input['variables'], { twice: 42, idempotencyKey: jobId });
    const line = lines.find((text) => text.includes('at work'));
    const { level, n, jobType } = JSON.parse(line ?? '{}') as Record<string, unknown>;
    assert.deepEqual([level, n, jobType], ['warn', 21, 'answers']);
  });

  it('row 14: handler in an endless loop: it is ended when its time is over, the server lives and answers meanwhile', async () => {
    const looping = reportOf('loops');
    let turns = 0;
    const ticking = setInterval(() => turns++, 20);
    assert.equal((await reportOf('answers', { n: 1 })).operation, 'complete');
    const { operation, input } = await looping;
    clearInterval(ticking);
    assert.equal(operation, 'fail');
    assert.match(String(input['errorMessage']), /not answered within 1500 ms/);
    assert.ok(turns > 10, `${turns} turns of the event loop`);
  });

  it('row 14: handler that uses up its memory, ends its thread, throws, answers no JSON: its attempt fails, the server lives', async () => {
    for (const [type, message] of [
      ['ends', /thread that ran the handler has ended/],
      ['throws', /^broken$/],
      ['fills', /memory/],
      ['dates', /an object of class Date at at/],
    ] as const) {
      const { operation, input } = await reportOf(type);
      assert.equal(operation, 'fail', type);
      assert.match(String(input['errorMessage']), message);
      assert.equal(input['retries'], 2);
    }
  });

  it('answers BPMN errors', async () => {
    const { operation, input } = await reportOf('errs');
    assert.deepEqual([operation, input['errorCode']], ['error', 'NO']);
  });

  it('is told when the server stops', async () => {
    const waiting = reportOf('waits');
    while (source.stored(`waits-${count}`).state !== 'activated') {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await driver.stop(10_000);
    const { operation, input } = await waiting;
    assert.deepEqual([operation, input['variables']], ['complete', { why: 'stopping' }]);
  });
});
