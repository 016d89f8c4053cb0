import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type PrivateRedis, privateRedis } from '../support/private-redis.js';
import { send, type ServerProcess, startServerProcess } from '../support/server-process.js';
import { testDatabaseKind } from '../support/services.js';
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
      .endEvent('e');
    await writeFile(join(folder, 'journey.bpmn'), model.toXml());
    env = {
      DATABASE_URL: database.databaseUrl,
      PROCESSES_DIR: folder,
      OUTBOX_DIR: join(folder, 'outbox'),
      JOBS_IN_SERVER: 'false',
      QUEUE_PREFIX: `test_${process.pid}_${Date.now().toString(36)}`,
      OUTBOUND_ALLOW: '127.0.0.1',
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
    await database?.remove();
    await redis?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  it('is one from the start over jobs and calls, on two processes and over a restart', async () => {
    const started = await send(
      server.url,
      'POST',
      '/v1/process-instances',
      { bpmnProcessId: 'journey', businessKey: 'secret-key', variables: { pin: 4711 } },
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
    await until(
      async () => (await find('process-instances', { processInstanceId, state: 'completed' })).length === 1,
      'the end of the journey',
    );
    assert.equal(await worker.end('SIGTERM'), 0);
    assert.equal(await server.end('SIGTERM'), 0);

    const spans = collector.spans.filter((span) => span.traceId === traceId);
    const names = spans.map(({ name }) => name).sort();
    assert.deepEqual(names, [
      'POST /v1/process-instances',
      'POST 127.0.0.1',
      'POST 127.0.0.1',
      'completeJob',
      'completeJob',
      'completeUserTask',
      'job http',
      'job http',
      'startProcessInstance',
    ]);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    for (const { name, parentSpanId } of spans)
      assert.ok(parentSpanId === callerSpan || byId.has(parentSpanId), `${name} has a parent in the trace`);
    // The server and the worker, before and after the restart.
    assert.equal(new Set(spans.map(({ pid }) => pid)).size, 4);
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
    assert.doesNotMatch(JSON.stringify(collector.spans), /4711|secret-key|collector-key/);
    assert.equal(collector.headers['authorization'], 'Bearer collector-key');
  });
});
