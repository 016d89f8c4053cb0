import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { programArguments } from './program.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `throughline` in a process of its own that goes on until it is ended. */
export interface CommandProcess {
  /** What it has written so far, both streams together. */
  output(): string;
  /** Resolves when all that it has written matches. @throws Error with that when it ends before. */
  writes(pattern: RegExp): Promise<void>;
  /** Sends a signal and resolves with the exit code, null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts it in an environment of nothing but PATH and what is given. Its standard input is empty. */
export function startCommandProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): CommandProcess {
  const child = spawn(process.execPath, [...programArguments(), ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const changes = new EventEmitter();
  const closed = once(child, 'close') as Promise<[number | null]>;
  void closed.then(() => changes.emit('change'));
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      changes.emit('change');
    });
  }
  return {
    output: () => output,
    async writes(pattern) {
      while (!pattern.test(output)) {
        if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}:\n${output}`);
        await once(changes, 'change');
      }
    },
    async end(signal) {
      child.kill(signal);
      const [code] = await closed;
      return code;
    },
  };
}
