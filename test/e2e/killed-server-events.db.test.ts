import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { createClient } from '../../src/client/index.js';
import { bpmn } from '../support/bpmn-builder.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { send, type ServerProcess, startServerProcess } from '../support/server-process.js';

const starts = 200;

describe('events of a server that is killed', function () {
  this.timeout(180_000);
  let database: TestDatabase;
  let processes: string;
  let server: ServerProcess;
  const startServer = async (): Promise<void> => {
    const env = { DATABASE_URL: database.databaseUrl, PROCESSES_DIR: processes, LOG_LEVEL: 'error' };
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

  it('are all told, whatever was acknowledged, over a SIGKILL', async () => {
    await startServer();
    const controller = new AbortController();
    const told = new Set<string>();
    let isFollowing = false;
    let complete = (): void => undefined;
    const answered = new Set<string>();
    const client = createClient({
      baseUrl: server.url,
      random: () => 0,
      // The server that is started again has another address.
      fetch: async (input, init) => {
        const { pathname, search } = new URL(String(input));
        const response = await fetch(`${server.url}${pathname}${search}`, init);
        isFollowing = true;
        return response;
      },
    });
    const following = (async () => {
      const events = client.events({ type: 'process-instance.started' }, { signal: controller.signal });
      for await (const { subject } of events) {
        told.add(subject);
        complete();
      }
    })().catch((error: unknown) => {
      if (!controller.signal.aborted) throw error;
    });
    while (!isFollowing) await send(server.url, 'GET', '/readyz');
    const start = async (): Promise<void> => {
      try {
        const answer = await send(server.url, 'POST', '/v1/process-instances', { bpmnProcessId: 'order' });
        if (answer.status !== 201) return;
        answered.add(String(answer.body['processInstanceId']));
        if (answered.size === starts / 4) void server.end('SIGKILL');
      } catch {
        // Killed before it answered: nobody knows whether it was done.
      }
    };
    await Promise.all(Array.from({ length: starts }, start));
    assert.ok(answered.size >= starts / 4 && answered.size < starts, `${answered.size} were answered`);
    await startServer();
    const all = new Promise<void>((resolve) => {
      complete = () => {
        if ([...answered].every((id) => told.has(id))) resolve();
      };
      complete();
    });
    await all;
    controller.abort();
    await following;
  });
});
