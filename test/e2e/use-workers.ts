import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'mocha';
import { type Client, createClient, type JsonObject } from '../../src/client/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type ServerProcess, startServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';
import { bpmn } from '../support/bpmn-builder.js';

/** What `note` of the handlers below has written: one line per call of a handler. */
interface Call {
  readonly jobId: string;
  readonly pid: number;
}

/** Handlers: `quick` answers at once; `slow` when the file `go` is there, or it is told to stop. */
const handlers = {
  'quick.mjs': `
    import { appendFileSync } from 'node:fs';
    export default { concurrency: 100, handler: async (job) => {
      appendFileSync(new URL('./calls', import.meta.url), JSON.stringify({ jobId: job.jobId, pid: process.pid }) + '\\n');
      return { by: process.pid };
    } };`,
  'slow.mjs': `
    import { appendFileSync, existsSync } from 'node:fs';
    export default async (job, { signal }) => {
      appendFileSync(new URL('./calls', import.meta.url), JSON.stringify({ jobId: job.jobId, pid: process.pid }) + '\\n');
      while (!existsSync(new URL('./go', import.meta.url))) {
        if (signal.aborted) throw signal.reason;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return { by: process.pid };
    };`,
};

/** A server, its database, and a folder of handlers, for each test; workers are started by the test. */
export class Workers {
  #database: TestDatabase | undefined;
  #server: ServerProcess | undefined;
  #workers: WorkerProcess[] = [];
  env: Record<string, string> = {};
  folder = '';

  async open(queue: Readonly<Record<string, string>>): Promise<void> {
    this.#database = await createTestDatabase();
    this.folder = await mkdtemp(join(tmpdir(), 'throughline-handlers-'));
    for (const [name, text] of Object.entries(handlers)) await writeFile(join(this.folder, name), text);
    await writeFile(join(this.folder, 'calls'), '');
    const model = bpmn('work')
      .startEvent('s')
      .serviceTask('first', { type: '=kind' })
      .serviceTask('second', { type: 'quick' })
      .endEvent('e');
    await writeFile(join(this.folder, 'work.bpmn'), model.toXml());
    this.env = {
      DATABASE_URL: this.#database.databaseUrl,
      PROCESSES_DIR: this.folder,
      HANDLERS_DIR: this.folder,
      OUTBOX_DIR: join(this.folder, 'outbox'),
      QUEUE_PREFIX: `test_${process.pid}_${Date.now().toString(36)}`,
      JOBS_IN_SERVER: 'false',
      JOB_LEASE_MS: '2000',
      LOG_LEVEL: 'info',
      ...queue,
    };
    this.#server = await startServerProcess({ env: this.env });
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.end('SIGKILL')));
    this.#workers = [];
    await this.#server?.end('SIGKILL');
    await this.#database?.remove();
    await rm(this.folder, { recursive: true, force: true });
  }

  get server(): ServerProcess {
    assert.ok(this.#server, 'Expected a server: use it in tests only.');
    return this.#server;
  }

  get client(): Client {
    return createClient({ baseUrl: this.server.url });
  }

  async start(...args: readonly string[]): Promise<WorkerProcess> {
    const worker = await startWorkerProcess(['--server', this.server.url, ...args], this.env);
    this.#workers.push(worker);
    return worker;
  }

  /** Starts an instance whose first job is of the kind; answers its id. */
  async instance(kind: 'quick' | 'slow'): Promise<string> {
    const body = { bpmnProcessId: 'work', variables: { kind } };
    return (await this.client.startProcessInstance({ body })).processInstanceId;
  }

  async variables(processInstanceId: string): Promise<JsonObject> {
    return (await this.client.getVariables({ params: { processInstanceId } })).variables;
  }

  async calls(): Promise<readonly Call[]> {
    const lines = (await readFile(join(this.folder, 'calls'), 'utf8'))
      .split('\n')
      .filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Call);
  }

  /** Lets the `slow` handlers answer. */
  go(): Promise<void> {
    return writeFile(join(this.folder, 'go'), '');
  }

  async allCompleted(processInstanceIds: readonly string[]): Promise<void> {
    await until(async () => {
      const filter = { processInstanceId: { $in: processInstanceIds }, state: 'completed' };
      const { page } = await this.client.searchProcessInstances({ body: { filter } });
      return page.totalItems === processInstanceIds.length;
    }, `${processInstanceIds.length} instances to be completed`);
  }
}

/** Opens one for each test. `queue` answers the variables that choose the queue. */
export function useWorkers(queue: () => Readonly<Record<string, string>>): Workers {
  const workers = new Workers();
  beforeEach(() => workers.open(queue()));
  afterEach(() => workers.close());
  return workers;
}
