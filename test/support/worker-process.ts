import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { programArguments } from './program.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `throughline worker` in a process of its own. */
export interface WorkerProcess {
  readonly pid: number;
  /** What it has written so far, both streams together. */
  output(): string;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<unknown>;
  /** Sends a signal and resolves with the exit code, null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts a worker; resolves when it takes jobs. @throws Error with its output when it ends before. */
export async function startWorkerProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  preload: readonly string[] = [],
): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [...programArguments(preload), 'worker', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...env, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('worker ready')) resolve();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`The worker ended with ${code ?? signal}:\n${output}`)),
    );
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    signal: (signal) => void child.kill(signal),
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exited = once(child, 'exit');
      child.kill(signal);
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}
