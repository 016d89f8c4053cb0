import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type PrivateRedis, privateRedis } from '../support/private-redis.js';
import { createClient, createWorker } from '../../src/client/index.js';
import { send, type ServerProcess, startServerProcess } from '../support/server-process.js';
import { testDatabaseKind } from '../support/services.js';
import { startSmtpServer, type TestSmtpServer } from '../support/smtp-server.js';
import { skip } from '../support/skip.js';
import { startTraceCollector, type TraceCollector } from '../support/trace-collector.js';
import { until } from '../support/until.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const otherTraceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const callerSpan = 'b7ad6b7169203331';
const traceparent = (trace: string): string => `00-${trace}-${callerSpan}-01`;

describe('the trace of a journey', function () {
  this.timeout(90_000);
  let redis: PrivateRedis | undefined;
  let database: TestDatabase | undefined;
  let collector: TraceCollector;
  let smtp: TestSmtpServer;
  let server: ServerProcess;
  let worker: WorkerProcess;
  let folder = '';
  let env: Record<string, string> = {};

  before(async function start() {
    const isPostgres = testDatabaseKind() === 'postgres';
    if (!isPostgres) {
      redis = await privateRedis();
      if (redis === undefined) skip(this, 'there is no redis-server and redis-cli on the PATH');
      await redis.start();
    }
    database = await createTestDatabase();
    collector = await startTraceCollector();
    smtp = await startSmtpServer({ hideSTARTTLS: true });
    folder = await mkdtemp(join(tmpdir(), 'throughline-traces-'));
    const call = (id: string) => ({
      type: 'http',
      headers: { method: 'POST', url: `${collector.url}/${id}` },
    });
    const model = bpmn('journey')
      .startEvent('s')
      .serviceTask('first', call('first'))
      .userTask('ask')
      .serviceTask('second', call('second'))
      .scriptTask('reckon', {
        attributes: { scriptFormat: 'javascript' },
        content: ['<bpmn:script>1 + 1</bpmn:script>'],
      })
      .serviceTask('tell', {
        type: 'email',
        headers: { to: 'ann@example.org', subject: 'Done', text: 'It is done.' },
      })
      .serviceTask('outside', { type: 'over-rest' })
      .endEvent('e');
    await writeFile(join(folder, 'journey.bpmn'), model.toXml());
    env = {
      DATABASE_URL: database.databaseUrl,
      PROCESSES_DIR: folder,
      OUTBOX_DIR: join(folder, 'outbox'),
      JOBS_IN_SERVER: 'false',
      QUEUE_PREFIX: `test_${process.pid}_${Date.now().toString(36)}`,
      OUTBOUND_ALLOW: '127.0.0.1',
      SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
      MAIL_FROM: 'throughline@example.org',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20collector-key',
      ...(redis === undefined ? { QUEUE: 'postgres' } : { REDIS_URL: redis.url }),
    };
    server = await startServerProcess({ env });
    worker = await startWorkerProcess(['--server', server.url], env);
  });
  after(async () => {
    await worker.end('SIGKILL');
    await server.end('SIGKILL');
    await collector.close();
    await smtp.stop();
    await database?.remove();
    await redis?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  it('is one from the start over jobs and calls, on two processes and over a restart', async () => {
    const started = await send(
      server.url,
      'POST',
      '/v1/process-instances',
      { bpmnProcessId: 'journey', businessKey: 'secret-key', variables: { pin: 'secret-pin' } },
      { traceparent: traceparent(traceId) },
    );
    assert.equal(started.status, 201);
    const { processInstanceId } = started.body;
    const find = async (path: string, filter: object): Promise<readonly Record<string, unknown>[]> => {
      const { body } = await send(server.url, 'POST', `/v1/${path}/search`, { filter });
      return body['items'] as readonly Record<string, unknown>[];
    };
    await until(async () => (await find('user-tasks', { state: 'created' })).length === 1, 'the user task');
    assert.equal(await worker.end('SIGTERM'), 0);
    assert.equal(await server.end('SIGTERM'), 0);
    server = await startServerProcess({ env });
    worker = await startWorkerProcess(['--server', server.url], env);
    const [task] = await find('user-tasks', { state: 'created' });
    const path = `/v1/user-tasks/${String(task?.['userTaskId'])}/complete`;
    const completed = await send(server.url, 'POST', path, {}, { traceparent: traceparent(otherTraceId) });
    assert.equal(completed.status, 204);
    const seen: (string | undefined)[] = [];
    const overRest = createWorker({
      client: createClient({ baseUrl: server.url }),
      type: 'over-rest',
      handler: (_job, context) => Promise.resolve(void seen.push(context.traceparent)),
    });
    await until(
      async () => (await find('process-instances', { processInstanceId, state: 'completed' })).length === 1,
      'the end of the journey',
    );
    await overRest.stop();
    assert.equal(smtp.received.length, 1);
    assert.deepEqual(
      seen.map((given) => given?.slice(3, 35)),
      [traceId],
    );
    assert.equal(await worker.end('SIGTERM'), 0);
    assert.equal(await server.end('SIGTERM'), 0);

    const spans = collector.spans.filter((span) => span.traceId === traceId);
    const names = spans.map(({ name }) => name).sort();
    assert.deepEqual(names, [
      'POST /v1/jobs/{jobId}/complete',
      'POST /v1/process-instances',
      'POST 127.0.0.1',
      'POST 127.0.0.1',
      'SMTP 127.0.0.1',
      'completeJob',
      'completeJob',
      'completeJob',
      'completeJob',
      'completeJob',
      'completeUserTask',
      'job email',
      'job http',
      'job http',
      'job throughline:script',
      'script',
      'startProcessInstance',
    ]);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    for (const { name, parentSpanId } of spans)
      assert.ok(parentSpanId === callerSpan || byId.has(parentSpanId), `${name} has a parent in the trace`);
    // The server and the worker, before and after the restart.
    assert.equal(new Set(spans.map(({ pid }) => pid)).size, 4);
    const parentOf = (name: string) =>
      byId.get(spans.find((span) => span.name === name)?.parentSpanId ?? '')?.name;
    assert.deepEqual(['SMTP 127.0.0.1', 'script', 'POST /v1/jobs/{jobId}/complete'].map(parentOf), [
      'job email',
      'job throughline:script',
      'startProcessInstance',
    ]);
    for (const [place, given] of collector.calls) {
      const [, trace, span = ''] = given.split('-');
      assert.equal(trace, traceId, place);
      assert.equal(byId.get(span)?.kind, 3, `${place} was called by the span of the call`);
      assert.equal(byId.get(byId.get(span)?.parentSpanId ?? '')?.name, 'job http');
    }
    assert.deepEqual([...collector.calls.keys()], ['/first', '/second']);
    const answer = spans.find(({ name }) => name === 'completeUserTask');
    assert.deepEqual(answer?.links, [otherTraceId]);
    assert.deepEqual(
      collector.spans.filter((span) => span.traceId === otherTraceId).map(({ name }) => name),
      ['POST /v1/user-tasks/{userTaskId}/complete'],
    );
    assert.equal(answer.attributes['throughline.process_instance.id'], processInstanceId);
    // No values, no probes, and the credentials where they belong.
    assert.doesNotMatch(JSON.stringify(collector.spans), /secret-pin|secret-key|collector-key/);
    assert.equal(collector.headers['authorization'], 'Bearer collector-key');
  });
});
