import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { programArguments } from './program.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The real server in a process of its own, as a user starts it. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** What it has written so far, both streams together. */
  output(): string;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<unknown>;
  /** Sends a signal and resolves with the exit code, null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface ServerProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Runs the server under this command, such as `strace`. */
  readonly under?: readonly string[];
  /** Modules that are loaded before the server, by their paths. */
  readonly preload?: readonly string[];
}

/** Starts the server on a free port; resolves when it is ready. @throws Error with its output when it ends before. */
export async function startServerProcess({
  env,
  under = [],
  preload = [],
}: ServerProcessOptions): Promise<ServerProcess> {
  const [command = '', ...args] = [...under, process.execPath, ...programArguments(preload)];
  const child = spawn(command, args, {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let output = '';
  const ready = new Promise<string>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = /Throughline is ready: (http:\/\/[^\s"]+)/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`The server ended with ${code ?? signal}:\n${output}`)),
    );
  });
  const url = await ready;
  return { url, pid: child.pid ?? 0, output: () => output, ended, end: (signal) => end(child, signal) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exited) as [number | null];
  return code;
}

/** Sends JSON to a server and answers status and body; rejects when the connection breaks. */
export async function send(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> }> {
  const response = await fetch(url + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}
