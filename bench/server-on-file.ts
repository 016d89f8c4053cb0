import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuMs, startProcess, statusMb } from './server/server-under-test.js';

/** A server process on an empty SQLite file, and connections to it that are kept. */
export interface ServerOnFile {
  readonly url: string;
  /** The answer's text. @throws Error for a status of 300 or more. */
  send(method: string, path: string, body?: unknown, headers?: Headers): Promise<string>;
  /** The answer, whatever its status. */
  ask(method: string, path: string, headers?: Headers, body?: string): Promise<Answer>;
  /** Processor time that it has used so far, all threads. */
  cpuMs(): number;
  /** The most memory that it has had resident, in MiB. */
  mostResidentMb(): number;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

type Headers = Readonly<Record<string, string>>;

export interface ServerOnFileOptions {
  /** Variables beside those that every benchmark has. */
  readonly env?: Readonly<Record<string, string>>;
  /** Models that it finds in its folder, by their process id. */
  readonly models?: Readonly<Record<string, string>>;
  readonly connections?: number;
}

/** Starts it and waits until it is ready. `stop` removes the file as well. */
export async function startServerOnFile({
  env = {},
  models = {},
  connections = 64,
}: ServerOnFileOptions = {}): Promise<ServerOnFile> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-bench-'));
  const processes = join(folder, 'processes');
  mkdirSync(processes);
  for (const [id, xml] of Object.entries(models)) writeFileSync(join(processes, `${id}.bpmn`), xml);
  const { url, child } = await startProcess([], {
    ...process.env,
    PORT: '0',
    DATABASE_URL: `sqlite:${join(folder, 'throughline.db')}`,
    PROCESSES_DIR: processes,
    OUTBOX_DIR: join(folder, 'outbox'),
    LOG_LEVEL: 'error',
    ...env,
  });
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });

  const ask = (method: string, path: string, headers: Headers = {}, body?: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const options = { agent, method, headers: { ...headers, ...length } };
      const request = http.request(`${url}${path}`, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      });
      request.once('error', reject);
      request.end(body);
    });

  return {
    url,
    ask,
    async send(method, path, body, headers = {}) {
      const json = { 'content-type': 'application/json', ...headers };
      const { status, text } = await ask(
        method,
        path,
        json,
        body === undefined ? body : JSON.stringify(body),
      );
      if (status < 300) return text;
      throw new Error(`${method} ${path} answered ${status}: ${text}`);
    },
    cpuMs: () => cpuMs(child.pid),
    mostResidentMb: () => statusMb(child.pid, 'VmHWM'),
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      agent.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
