import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import type { TestDatabase } from '../support/database.js';
import { createTestDatabase } from '../support/database.js';
import type { ServerProcess } from '../support/server-process.js';
import { send, startServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';

const STARTS = 200;

describe('a server that is killed', () => {
  let database: TestDatabase;
  let processes: string;
  let server: ServerProcess;
  const startServer = async (more: Readonly<Record<string, string>> = {}): Promise<void> => {
    const env = {
      DATABASE_URL: database.databaseUrl,
      PROCESSES_DIR: processes,
      LOG_LEVEL: 'error',
      ...more,
    };
    server = await startServerProcess({ env });
  };

  before(async () => {
    database = await createTestDatabase();
    processes = await mkdtemp(join(tmpdir(), 'throughline-processes-'));
    const order = bpmn('order').startEvent('s').userTask('pick').endEvent('e');
    await writeFile(join(processes, 'order.bpmn'), order.toXml());
  });
  after(async () => {
    await server.end('SIGKILL');
    await rm(processes, { recursive: true, force: true });
    await database.remove();
  });

  it('has lost no start that was answered, and answers a repeated request as it did before', async () => {
    await startServer();
    const answered = new Map<string, string>();
    let broken = 0;
    const start = async (n: number): Promise<void> => {
      const key = `start-${n}`;
      try {
        const body = { bpmnProcessId: 'order', businessKey: key, variables: { n } };
        const answer = await send(server.url, 'POST', '/v1/process-instances', body, {
          'Idempotency-Key': key,
        });
        assert.equal(answer.status, 201);
        answered.set(key, String(answer.body['processInstanceId']));
        // Enough were answered and enough are under way: the server dies in the middle.
        if (answered.size === STARTS / 4) void server.end('SIGKILL');
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        broken++;
      }
    };
    await Promise.all(Array.from({ length: STARTS }, (_, n) => start(n)));
    assert.ok(answered.size >= STARTS / 4 && broken > 0, `answered ${answered.size}, broken ${broken}`);

    await startServer();
    for (const [key, processInstanceId] of answered) {
      const found = await send(server.url, 'GET', `/v1/process-instances/${processInstanceId}`);
      assert.equal(found.status, 200, `${key} was answered with ${processInstanceId} and is lost`);
      assert.equal(found.body['businessKey'], key);
    }
    const again = Array.from({ length: STARTS }, async (_, n) => {
      const key = `start-${n}`;
      const body = { bpmnProcessId: 'order', businessKey: key, variables: { n } };
      const answer = await send(server.url, 'POST', '/v1/process-instances', body, {
        'Idempotency-Key': key,
      });
      assert.equal(answer.status, 201);
      const before = answered.get(key);
      if (before !== undefined) assert.equal(answer.body['processInstanceId'], before);
    });
    await Promise.all(again);
    const search = { filter: { bpmnProcessId: 'order' }, page: { limit: 1 } };
    const { body } = await send(server.url, 'POST', '/v1/process-instances/search', search);
    assert.equal(
      (body['page'] as { totalItems: number }).totalItems,
      STARTS,
      'each start is there exactly once',
    );
  }).timeout(180_000);

  it('row 17: SIGTERM under load: what is in flight is answered, exit code 0, no acknowledgement is lost', async () => {
    await server.end('SIGKILL');
    await startServer();
    const { url } = server;
    const answered = new Map<string, string>();
    let ended: Promise<number | null> | undefined;
    const client = async (index: number): Promise<void> => {
      for (let n = 0; ; n++) {
        const businessKey = `stop-${index}-${n}`;
        const body = { bpmnProcessId: 'order', businessKey };
        let answer: Awaited<ReturnType<typeof send>>;
        try {
          answer = await send(url, 'POST', '/v1/process-instances', body);
        } catch (error) {
          // Nothing is taken any more once it stops; before that, nothing is dropped.
          if (ended !== undefined) return;
          throw error;
        }
        if (answer.status === 503 && ended !== undefined) return;
        assert.equal(answer.status, 201, JSON.stringify(answer.body));
        answered.set(businessKey, String(answer.body['processInstanceId']));
        if (answered.size === STARTS) ended = server.end('SIGTERM');
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => client(index)));
    assert.equal(await ended, 0);
    await startServer();
    for (const [businessKey, processInstanceId] of answered) {
      const found = await send(server.url, 'GET', `/v1/process-instances/${processInstanceId}`);
      assert.deepEqual([found.status, found.body['businessKey']], [200, businessKey]);
    }
  }).timeout(180_000);

  it('row 17: SIGTERM again: it ends at once, what it held is given to the next', async () => {
    assert.equal(await server.end('SIGTERM'), 0, server.output());
    const handlers = await mkdtemp(join(tmpdir(), 'throughline-handlers-'));
    const calls = join(handlers, 'calls.txt');
    const handler = `import { appendFileSync } from 'node:fs';
export default { timeoutMs: 600_000, handler: () => { appendFileSync(${JSON.stringify(calls)}, '.'); return new Promise(() => {}); } };`;
    await writeFile(join(handlers, 'endless.mjs'), handler);
    const model = bpmn('work').startEvent('s').serviceTask('job', { type: 'endless' }).endEvent('e');
    await writeFile(join(processes, 'work.bpmn'), model.toXml());
    const more = { HANDLERS_DIR: handlers, SHUTDOWN_GRACE_MS: '60000', LOG_LEVEL: 'info' };
    await startServer(more);
    const started = await send(server.url, 'POST', '/v1/process-instances', { bpmnProcessId: 'work' });
    assert.equal(started.status, 201, JSON.stringify(started.body));
    await until(() => existsSync(calls), 'the handler to be at work');
    process.kill(server.pid, 'SIGTERM');
    await until(() => server.output().includes('"stopping"'), 'the server to be stopping');
    assert.equal(await server.end('SIGTERM'), 1);
    await startServer();
    const { processInstanceId } = started.body;
    const found = await send(server.url, 'GET', `/v1/process-instances/${String(processInstanceId)}`);
    assert.equal(found.body['state'], 'active');
    await rm(handlers, { recursive: true, force: true });
  }).timeout(180_000);

  it('stops on SIGTERM with exit code 0', async () => {
    assert.equal(await server.end('SIGTERM'), 0, server.output());
  });
});
