import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** The real server in a process of its own, started as `npm start` does; it can be killed and started again. */
export class DemoServer {
  private child: ChildProcess | undefined;
  url = '';

  constructor(private readonly env: Readonly<Record<string, string>>) {}

  async start(): Promise<void> {
    // The same port each time, once it is known: channels and customers keep calling the same address.
    const port = this.url === '' ? '0' : new URL(this.url).port;
    const child = spawn(process.execPath, ['scripts/start.mjs'], {
      cwd: root,
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', PORT: port, ...this.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child = child;
    this.url = await new Promise<string>((resolve, reject) => {
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const url = /Throughline is ready: (http:\/\/[^\s"]+)/.exec(output)?.[1];
        if (url !== undefined) resolve(url);
      });
      child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${output}`)));
    });
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  /** Sends JSON and answers the body. @throws Error when the answer is no success. */
  async call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const response = await fetch(this.url + path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  }

  /** Sends a form, as providers of calls and texts do, and answers the text. */
  async post(address: string, fields: Readonly<Record<string, string>>): Promise<string> {
    const response = await fetch(new URL(address, this.url), {
      method: 'POST',
      body: new URLSearchParams(fields),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${address} was answered ${response.status}: ${text}`);
    return text;
  }
}
