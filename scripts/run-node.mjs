// Runs Node on a script, in a process group of its own, so that one that is stuck can be killed with all that it started.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Resolves with the exit code and signal when the process has ended and its output is read. Each line of its output goes to `write`;
 * without one, the output goes where ours does. After `limitMs` the process and what it started are killed.
 */
export async function runNode(args, { env = process.env, limitMs, write } = {}) {
  const output = write === undefined ? 'inherit' : 'pipe';
  const child = spawn(process.execPath, args, { stdio: ['ignore', output, output], env, detached: true });
  const kill = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  };
  const killer = limitMs === undefined ? undefined : setTimeout(kill, limitMs);
  process.once('exit', kill);
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  for (const input of streams) createInterface({ input }).on('line', write);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
  } finally {
    clearTimeout(killer);
    process.removeListener('exit', kill);
  }
}
