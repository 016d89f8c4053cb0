import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { beforeEach, describe, it } from 'mocha';
import { type Client, createClient } from '../../../src/client/index.js';
import type { QueuedJobSource } from '../../../src/jobs/job-source.js';
import { createRemoteScripts } from '../../../src/jobs/remote/remote-scripts.js';
import { createRestJobSource } from '../../../src/jobs/remote/rest-job-source.js';
import { StoreUnavailable } from '../../../src/runtime/ports.js';
import type { ActivatedJob } from '../../../src/runtime/runtime.js';
import { bpmn } from '../../support/bpmn-builder.js';
import { deployed, started, useServer } from '../../facade/use-server.js';

const context = { tenantId: 'default', actor: 'worker' };

describe('jobs of a server over REST', () => {
  const server = useServer();
  let client: Client;
  let source: QueuedJobSource;
  beforeEach(() => {
    client = createClient({ baseUrl: server().url, retry: false });
    source = createRestJobSource(client);
  });

  const locked = async (count: number): Promise<readonly ActivatedJob[]> => {
    await deployed(server(), bpmn('p').startEvent('s').serviceTask('t', { type: 'work' }).endEvent('e'));
    for (let n = 0; n < count; n++) await started(server(), 'p', { variables: { n } });
    const { items } = await server().runtime.queries.searchJobs(context.tenantId, {
      filter: {},
      sort: [{ field: 'createdAt', order: 'asc' }],
      page: { limit: 100 },
    });
    const jobs = items.map(({ jobId, fence }) => ({ jobId, fence }));
    const outcome = await source.lockJobs(context, { jobs, worker: 'w', timeoutMs: 60_000 });
    assert.ok(outcome.ok);
    return outcome.value;
  };

  it('are locked with their variables, and a report tells what became of it', async () => {
    const jobs = await locked(3);
    const [first, second] = jobs;
    assert.ok(first && second);
    assert.equal(jobs.length, 3);
    assert.equal(typeof first.variables['n'], 'number');
    assert.equal(first.deadline, server().clock.now() + 60_000);
    const { fence } = first;
    assert.ok((await source.extendJob(context, first.jobId, { fence, timeoutMs: 90_000 })).ok);
    assert.ok((await source.completeJob(context, first.jobId, { fence, variables: { x: 1 } })).ok);
    const again = await source.completeJob(context, first.jobId, { fence });
    assert.equal(!again.ok && again.problem.code, 'invalid-state');
    const late = await source.failJob(context, second.jobId, { fence: 0, errorMessage: 'late' });
    assert.equal(!late.ok && late.problem.code, 'job-not-held');
  });

  it('are reported beside one that the server refuses to read, which alone is refused', async () => {
    const jobs = await locked(5);
    const outcomes = await Promise.all(
      jobs.map(({ jobId, fence }, index) =>
        source.completeJob(context, jobId, { fence, variables: index === 2 ? { constructor: 1 } : {} }),
      ),
    );
    assert.deepEqual(
      outcomes.map(({ ok }) => ok),
      [true, true, false, true, true],
    );
    const [, , refused] = outcomes;
    assert.equal(!refused?.ok && refused?.problem.code, 'invalid-argument');
  });

  it('have their scripts read out of the model', async () => {
    const model = bpmn('scripted')
      .startEvent('s')
      .scriptTask('script', {
        attributes: { scriptFormat: 'javascript' },
        content: ['<bpmn:script>1 + 1</bpmn:script>'],
      })
      .endEvent('e');
    await deployed(server(), model);
    await started(server(), 'scripted');
    const { items } = await server().runtime.queries.searchJobs(context.tenantId, {
      filter: {},
      sort: [],
      page: { limit: 1 },
    });
    const scriptOf = createRemoteScripts(client);
    const script = await scriptOf(items[0]?.processDefinitionId ?? '', 'script');
    assert.equal(script?.source, '1 + 1');
  });

  it('cannot be had while the server is away or busy: later', async () => {
    const busy = createServer((_request, response) => response.writeHead(503).end('{}')).listen(
      0,
      '127.0.0.1',
    );
    await once(busy, 'listening');
    const address = busy.address();
    const port = typeof address === 'object' ? address?.port : 0;
    for (const url of [`http://127.0.0.1:${port}`, 'http://127.0.0.1:1']) {
      const away = createClient({ baseUrl: url, retry: false });
      const lock = createRestJobSource(away).lockJobs(context, { jobs: [], worker: 'w', timeoutMs: 1 });
      await assert.rejects(lock, StoreUnavailable);
    }
    busy.close();
    busy.closeAllConnections();
  });
});
