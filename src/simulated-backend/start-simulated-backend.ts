import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The simulated back-end in a process of its own. */
export interface RunningBackend {
  /** Where it listens, `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Ends it, and resolves when it has ended. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly slowMs?: number;
}

/** Starts it and resolves when it listens; it ends with this process. @throws Error when it does not start. */
export async function startSimulatedBackend({
  port = 0,
  slowMs,
}: StartOptions = {}): Promise<RunningBackend> {
  const script = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url));
  const slow = slowMs === undefined ? {} : { SIMULATED_BACKEND_SLOW_MS: String(slowMs) };
  // It gets nothing of our environment: there are secrets in it.
  const env = { PATH: process.env['PATH'] ?? '', SIMULATED_BACKEND_PORT: String(port), ...slow };
  const child = fork(script, [], { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const url = await listening(child);
  // Nothing of it keeps this process alive.
  if (child.stderr instanceof Socket) child.stderr.unref();
  child.channel?.unref();
  child.unref();
  return {
    url,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      // Who waits for the end stays until then: a server that could not start has to say why.
      child.ref();
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(0, 1_000)));
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(
        new Error(`Expected the simulated back-end to listen but it ended with ${code}: ${errors.trim()}`),
      );
    });
    child.once('message', (message: unknown) => {
      const isUrl = typeof message === 'object' && message !== null && 'url' in message;
      if (isUrl && typeof message.url === 'string') resolve(message.url);
      else reject(new Error('Expected the simulated back-end to tell its URL but it told something else.'));
    });
  });
}
