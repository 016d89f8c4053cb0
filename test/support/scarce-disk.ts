import { execFile, execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A folder on which one process cannot write as much as it wants to, until space is freed. */
export interface ScarceDisk {
  /** The process that is to feel it is started under this command. */
  readonly under: readonly string[];
  /** Takes the space away but for a little. */
  fill(pid: number): Promise<void>;
  free(pid: number): Promise<void>;
}

/**
 * Space is really missing (ENOSPC) where the system lets an ordinary user mount a file system in memory in a name space of his own;
 * elsewhere files are kept from growing (RLIMIT_FSIZE), which SQLite takes for an error of the disk. Undefined where neither can be had.
 */
export function scarceDisk(folder: string): ScarceDisk | undefined {
  if (succeeds('unshare', [...nameSpace, 'sh', '-c', mountAndRun, folder, 'true'])) return inMemory(folder);
  if (succeeds('prlimit', ['--version'])) return byLimit;
  return undefined;
}

const nameSpace = ['--user', '--map-root-user', '--mount'];
const sizeMb = 96;
const leftMb = 8;
const oneMb = 1024 * 1024;
const mountAndRun = `mount -t tmpfs -o size=${sizeMb}m tmpfs "$0" && exec "$@"`;

/** The file system is seen from outside through the process that lives in it. */
function inMemory(folder: string): ScarceDisk {
  const filler = (pid: number): string => join(`/proc/${pid}/root`, folder, 'filler');
  return {
    under: ['unshare', ...nameSpace, 'sh', '-c', mountAndRun, folder],
    async fill(pid) {
      await writeFile(filler(pid), Buffer.alloc((sizeMb - leftMb) * oneMb));
    },
    free: (pid) => rm(filler(pid)),
  };
}

const byLimit: ScarceDisk = {
  under: [],
  fill: async (pid) => void (await run('prlimit', ['--pid', String(pid), `--fsize=${2 * oneMb}:`])),
  free: async (pid) => void (await run('prlimit', ['--pid', String(pid), '--fsize=unlimited:'])),
};

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
