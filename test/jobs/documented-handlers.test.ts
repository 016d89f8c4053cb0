import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { callHandler } from '../../src/client/worker/call-handler.js';
import type { Job, Variables } from '../../src/jobs/job-handler.js';
import type { JobRegistration } from '../../src/jobs/job-registration.js';
import { loadHandlers } from '../../src/jobs/load-handlers.js';
import { silentLogger } from '../../src/platform/logger.js';

describe('the handlers that the documentation shows', () => {
  let folder: string;
  let handlers: readonly JobRegistration[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'handlers-'));
    const text = await readFile(new URL('../../docs/job-handlers.md', import.meta.url), 'utf8');
    const [letter = '', score = ''] = [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);
    await writeFile(join(folder, 'send-letter.mjs'), letter);
    await writeFile(join(folder, 'other.mjs'), score);
    handlers = await loadHandlers(folder);
  });

  afterEach(() => rm(folder, { recursive: true }));

  function run(type: string, variables: Variables, customHeaders: Readonly<Record<string, string>> = {}) {
    const registration = handlers.find((handler) => handler.type === type);
    assert(registration !== undefined, type);
    const job: Job = {
      jobId: 'job-1',
      type,
      retries: 3,
      variables,
      customHeaders,
      elementId: 'task',
      elementInstanceId: 'element-1',
      processInstanceId: 'instance-1',
      processDefinitionId: 'definition-1',
      bpmnProcessId: 'process',
      deadline: 0,
      fence: 1,
    };
    const { signal } = new AbortController();
    return callHandler(registration.handler, job, { signal, idempotencyKey: 'job-1', logger: silentLogger });
  }

  it('are loaded under the types that it says', () => {
    assert.deepEqual(
      handlers.map(({ type, concurrency, timeoutMs }) => [type, concurrency, timeoutMs]),
      [
        ['score-applicant', 4, 5_000],
        ['send-letter', undefined, undefined],
      ],
    );
  });

  it('score', async () => {
    assert.deepEqual(await run('score-applicant', { income: 60_000 }), {
      kind: 'complete',
      variables: { score: 10 },
    });
  });

  it('send a letter, or say why not', async () => {
    const answers = [200, 429, 500];
    const keys: unknown[] = [];
    const printer = createServer((request, response) => {
      keys.push(request.headers['idempotency-key']);
      response.writeHead(answers.shift() ?? 200).end('{"letterId":7}');
    });
    await new Promise<void>((resolve) => printer.listen(0, '127.0.0.1', resolve));
    const address = printer.address();
    assert(typeof address === 'object' && address !== null);
    const headers = { printer: `http://127.0.0.1:${address.port}` };
    const variables = { address: 'Here 1', text: 'Hello' };
    const results = [];
    for (let attempt = 0; attempt < 3; attempt++) results.push(await run('send-letter', variables, headers));
    printer.closeAllConnections();
    await new Promise((resolve) => printer.close(resolve));
    assert.deepEqual(results, [
      { kind: 'complete', variables: { letterId: 7 } },
      { kind: 'fail', errorMessage: 'The printer is busy.', backoffMs: 60_000 },
      { kind: 'fail', errorMessage: 'Expected the printer to take the letter but it answered 500.' },
    ]);
    assert.deepEqual(keys, ['job-1', 'job-1', 'job-1']);
    assert.deepEqual(await run('send-letter', {}), { kind: 'error', errorCode: 'address-missing' });
  });
});
