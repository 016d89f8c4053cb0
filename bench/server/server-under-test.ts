import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../../src/contract/roles.js';
import type { BenchDatabase } from './bench-database.js';
import { benchProcesses, handledTypes, handlerSource } from './bench-processes.js';
import { type Endpoint, jsonHeaders } from './endpoint.js';
import type { BenchOptions } from './bench-options.js';

/** A server process, and with a queue its worker process, over a database of its own. */
export interface ServerUnderTest extends Endpoint {
  /** As an operator, where an identity is asked for: who reads the metrics. */
  readonly operator?: Endpoint;
  /** The most memory that the server process has had resident so far, in MiB; on Linux, else NaN. */
  mostResidentMb(): number;
  /** What it has resident now, in MiB, and how many files and sockets are open; on Linux, else NaN. */
  residentMb(): number;
  openFiles(): number;
  /** Processor time that the server process has used so far, all threads; on Linux, else NaN. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** Of the administrator, where an identity is asked for. */
const bootstrapKey = 'the-key-of-the-benchmark';

/** Starts the built product as `npm start` does. `identity`: callers need an API key. */
export async function startServer(
  database: BenchDatabase,
  options: Pick<BenchOptions, 'db' | 'queue'> & { readonly identity?: boolean },
): Promise<ServerUnderTest> {
  const handlers = writeHandlers(database.folder);
  const env = {
    ...process.env,
    PORT: '0',
    DATABASE_URL: database.databaseUrl,
    PROCESSES_DIR: writeProcesses(database.folder),
    OUTBOX_DIR: join(database.folder, 'outbox'),
    LOG_LEVEL: 'error',
    // With a queue the server reads from it which job types go by queue.
    HANDLERS_DIR: handlers,
    ...(options.identity && { THROUGHLINE_API_KEY: bootstrapKey }),
    ...(options.queue === 'redis' && {
      REDIS_URL: process.env['BENCH_REDIS_URL'] ?? 'redis://127.0.0.1:6379',
      QUEUE_PREFIX: `bench_${process.pid}_${Date.now()}`,
    }),
  };
  const server = await startProcess([], {
    ...env,
    ...(options.queue !== 'none' && { JOBS_IN_SERVER: 'false' }),
  });
  const running = [server];
  if (options.queue !== 'none') {
    const args = ['worker', '--types', handledTypes.join(','), '--concurrency', '64'];
    // A worker tells that it is ready in its log.
    const workerEnv = { ...env, THROUGHLINE_URL: server.url, LOG_LEVEL: 'info' };
    running.push(await startProcess(args, workerEnv));
  }
  return {
    url: server.url,
    ...(options.identity && {
      apiKey: await createApiKey(server.url, 'admin'),
      operator: { url: server.url, apiKey: await createApiKey(server.url, 'operator') },
    }),
    mostResidentMb: () => statusMb(server.child.pid, 'VmHWM'),
    residentMb: () => statusMb(server.child.pid, 'VmRSS'),
    openFiles: () => openFiles(server.child.pid),
    cpuMs: () => cpuMs(server.child.pid),
    async stop() {
      for (const { child } of running.reverse()) {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      }
    },
  };
}

async function createApiKey(url: string, role: Role): Promise<string> {
  const answer = await fetch(`${url}/v1/api-keys`, {
    method: 'POST',
    headers: jsonHeaders({ url, apiKey: bootstrapKey }),
    body: JSON.stringify({ name: 'bench', roles: [role] }),
  });
  if (answer.status !== 201) throw new Error(`Expected an API key but found ${answer.status}.`);
  return ((await answer.json()) as { readonly apiKey: string }).apiKey;
}

function writeHandlers(folder: string): string {
  const handlers = join(folder, 'handlers');
  mkdirSync(handlers, { recursive: true });
  for (const type of handledTypes) writeFileSync(join(handlers, `${type}.mjs`), handlerSource);
  return handlers;
}

function writeProcesses(folder: string): string {
  const processes = join(folder, 'processes');
  mkdirSync(processes, { recursive: true });
  for (const [name, xml] of Object.entries(benchProcesses))
    writeFileSync(join(processes, `${name}.bpmn`), xml);
  return processes;
}

/** Includes the build, where a source has changed. */
const readyWithinMs = 120_000;

/** Resolves when it says that it is ready. `BENCH_NODE_ARGS`, such as `--cpu-prof`, are given to its Node. */
export async function startProcess(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  script = 'scripts/start.mjs',
): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const nodeArgs = (process.env['BENCH_NODE_ARGS'] ?? '').split(' ').filter((arg) => arg !== '');
  const child = spawn(process.execPath, [...nodeArgs, script, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let overdue: NodeJS.Timeout | undefined;
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const found = /is ready: (http:\/\/[^\s"]+)|worker ready/.exec(output);
      if (found) resolve(found[1] ?? '');
    });
    child.once('exit', (code) => reject(new Error(`The process ended with ${code}: ${output}`)));
    overdue = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new Error(
          `Expected the process to be ready within ${readyWithinMs} ms but it has written: ${output}`,
        ),
      );
    }, readyWithinMs);
  });
  const url = await ready.finally(() => clearTimeout(overdue));
  return { url, child };
}

export function statusMb(pid: number | undefined, field: 'VmHWM' | 'VmRSS'): number {
  const kib = new RegExp(`${field}:\\s+(\\d+) kB`).exec(procFile(pid, 'status'))?.[1];
  return kib === undefined ? NaN : Math.round(Number(kib) / 1024);
}

/** Linux counts in hundredths of a second. */
export function cpuMs(pid: number | undefined): number {
  const [user, system] = procFile(pid, 'stat').split(') ')[1]?.split(' ').slice(11, 13) ?? [];
  return (Number(user) + Number(system)) * 10;
}

function openFiles(pid: number | undefined): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    // No Linux: the figure is left out.
    return NaN;
  }
}

function procFile(pid: number | undefined, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // No Linux: the figure is left out.
    return '';
  }
}
