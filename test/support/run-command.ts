import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { programArguments } from './program.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs `throughline` with arguments, to its end, in an environment of nothing but PATH and what is given. */
export function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...programArguments(), ...args],
      { cwd: root, env: { PATH: process.env['PATH'] ?? '', ...env } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}
