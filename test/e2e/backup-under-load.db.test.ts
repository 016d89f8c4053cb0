import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ProcessEvent } from '../../src/engine/event.js';
import { bpmn } from '../support/bpmn-builder.js';
import { assertConsistent } from '../support/consistency.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type PrivateRedis, privateRedis } from '../support/private-redis.js';
import { readTables } from '../support/read-tables.js';
import { runCommand } from '../support/run-command.js';
import { send, type ServerProcess, startServerProcess } from '../support/server-process.js';
import { postgresBinaries, testDatabaseKind } from '../support/services.js';
import { findProgram } from '../support/services/temporary-server.js';
import { skip } from '../support/skip.js';
import { until } from '../support/until.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';

const clients = 4;
const startsBefore = 100;
const leaseMs = 1_000;
/** The exit code of `backup` and `restore` that have printed the command that does it. */
const toldHow = 3;

/** The first job is done over REST, the second by a worker that a queue tells of it. */
const order = bpmn('order')
  .startEvent('s')
  .serviceTask('pick', { type: 'pick' })
  .serviceTask('pack', { type: 'pack' })
  .endEvent('e');

const handler = (calls: string): string => `
import { appendFileSync } from 'node:fs';
export default { concurrency: 50, handler: async (job) => { appendFileSync(${JSON.stringify(calls)}, job.jobId + '\\n'); } };
`;

describe('a backup that is made under load', function () {
  this.timeout(120_000);
  let folder: string;
  let redis: PrivateRedis;
  let original: TestDatabase;
  let copy: TestDatabase;
  let server: ServerProcess | undefined;
  let worker: WorkerProcess | undefined;
  const path = (name: string) => join(folder, name);
  const envOf = ({ databaseUrl }: TestDatabase) => ({
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    PROCESSES_DIR: path('processes'),
    HANDLERS_DIR: path('handlers'),
    OUTBOX_DIR: path('outbox'),
    JOBS_IN_SERVER: 'false',
    JOB_LEASE_MS: String(leaseMs),
    LOG_LEVEL: 'error',
  });
  const start = async (database: TestDatabase): Promise<string> => {
    server = await startServerProcess({ env: envOf(database) });
    return server.url;
  };

  beforeEach(async function () {
    const tools = testDatabaseKind() === 'postgres' ? ['pg_dump', 'pg_restore'] : [];
    for (const tool of tools)
      if (findProgram(tool, [postgresBinaries() ?? '']) === undefined) skip(this, `there is no ${tool}`);
    redis = (await privateRedis()) ?? skip(this, 'there is no redis-server and redis-cli on the PATH');
    await redis.start();
    folder = await mkdtemp(join(tmpdir(), 'throughline-backup-'));
    for (const name of ['processes', 'handlers']) await mkdir(path(name));
    await writeFile(path('processes/order.bpmn'), order.toXml());
    await writeFile(path('handlers/pack.mjs'), handler(path('calls')));
    await writeFile(path('calls'), '');
    original = await createTestDatabase();
    copy = await createTestDatabase({ migrated: false });
  });
  afterEach(async () => {
    await worker?.end('SIGKILL');
    await server?.end('SIGKILL');
    await redis?.kill();
    await original?.remove();
    await copy?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** `throughline backup` or `restore`; with PostgreSQL the command that it prints. */
  const throughline = async (command: 'backup' | 'restore', database: TestDatabase, file: string) => {
    const { code, stdout, stderr } = await runCommand([command, file], envOf(database));
    if (testDatabaseKind() === 'sqlite') return { code, stderr };
    assert.equal(code, toldHow, stderr);
    return inShell(stdout);
  };

  const take = async (url: string, maxJobs: number): Promise<readonly { readonly jobId: string }[]> => {
    const request = { type: 'pick', worker: 'w', maxJobs, timeoutMs: leaseMs, requestTimeoutMs: 1 };
    const { body } = await send(url, 'POST', '/v1/jobs/activate', request);
    return body['jobs'] as readonly { readonly jobId: string }[];
  };
  const complete = async (url: string, jobId: string): Promise<void> => {
    assert.equal((await send(url, 'POST', `/v1/jobs/${jobId}/complete`, {})).status, 204);
  };
  const count = async (url: string, filter: Record<string, unknown>): Promise<number> => {
    const { body } = await send(url, 'POST', '/v1/process-instances/search', { filter, page: { limit: 1 } });
    return (body['page'] as { totalItems: number }).totalItems;
  };

  it('row 19: online backup under load, restored and run on: consistent, no completed job runs again, an empty Redis is tolerated, a flipped bit is detected', async () => {
    const url = await start(original);
    const started: string[] = [];
    const completed: string[] = [];
    let isLoading = true;
    const load = async (): Promise<void> => {
      while (isLoading) {
        const { body } = await send(url, 'POST', '/v1/process-instances', { bpmnProcessId: 'order' });
        started.push(String(body['processInstanceId']));
        for (const { jobId } of await take(url, 2)) {
          await complete(url, jobId);
          completed.push(jobId);
        }
      }
    };
    worker = await startWorkerProcess(['--server', url], envOf(original));
    const loading = Promise.all(Array.from({ length: clients }, load));
    await until(() => started.length >= startsBefore, 'some load');
    const calls = async () => (await readFile(path('calls'), 'utf8')).split('\n').filter((id) => id !== '');
    await until(async () => (await calls()).length > 0, 'the worker at work');
    const before = { started: [...started], completed: [...completed] };
    const backup = await throughline('backup', original, path('copy'));
    const startedMeanwhile = started.length - before.started.length;
    isLoading = false;
    await loading;
    assert.deepEqual([backup.code, backup.stderr], [0, '']);
    assert.ok(startedMeanwhile > 0, 'Expected the server to go on meanwhile.');
    await worker.end('SIGKILL');
    await server?.end('SIGKILL');

    const sound = await readFile(path('copy'));
    await writeFile(path('copy'), flipped(sound));
    assert.notEqual((await throughline('restore', copy, path('copy'))).code, 0);
    await writeFile(path('copy'), sound);
    const restored = await throughline('restore', copy, path('copy'));
    assert.deepEqual([restored.code, restored.stderr], [0, '']);
    await assertConsistent(copy.databaseUrl);
    const done = new Set(await jobsDone(copy));
    for (const jobId of before.completed) assert.ok(done.has(jobId), `${jobId} is lost`);

    await redis.kill();
    await redis.start();
    await writeFile(path('calls'), '');
    const again = await start(copy);
    worker = await startWorkerProcess(['--server', again], envOf(copy));
    for (const id of before.started)
      assert.equal((await send(again, 'GET', `/v1/process-instances/${id}`)).status, 200, `${id} is lost`);
    const doneAgain: string[] = [];
    await until(async () => {
      for (const { jobId } of await take(again, 1_000)) {
        await complete(again, jobId);
        doneAgain.push(jobId);
      }
      await pause(50);
      return (await count(again, { state: 'active' })) === 0;
    }, 'all to come to their ends');
    for (const jobId of [...doneAgain, ...(await calls())])
      assert.ok(!done.has(jobId), `${jobId} is done again`);
    await worker.end('SIGTERM');
    await server?.end('SIGTERM');
    await assertConsistent(copy.databaseUrl, { atRest: true });
    const all = await jobsDone(copy);
    assert.equal(new Set(all).size, all.length, 'Expected each job to be recorded once.');
    assert.equal(all.length, 2 * (await readTables(copy.databaseUrl)).process_instance.length);
  });
});

/** Ids of the jobs that are recorded as completed. */
async function jobsDone({ databaseUrl }: TestDatabase): Promise<readonly string[]> {
  const { journal } = await readTables(databaseUrl);
  return journal.flatMap(({ process_instance_id: id, events }) =>
    (JSON.parse(String(events)) as readonly ProcessEvent[]).flatMap((event) =>
      event.type === 'jobCompleted' ? [`${id}-${event.jobKey}`] : [],
    ),
  );
}

/** One bit is another, in the middle of what the file holds. */
function flipped(file: Buffer): Buffer {
  const changed = Buffer.from(file);
  const at = file.length >> 1;
  changed.writeUInt8(file.readUInt8(at) ^ 0x10, at);
  return changed;
}

function inShell(command: string): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const PATH = [process.env['PATH'], postgresBinaries()].join(delimiter);
  return new Promise((resolve) => {
    const child = execFile(
      'sh',
      ['-c', command],
      { env: { ...process.env, PATH } },
      (_error, _stdout, stderr) => resolve({ code: child.exitCode, stderr }),
    );
  });
}
