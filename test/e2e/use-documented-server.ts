import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'mocha';
import type { ServerProcess } from '../support/server-process.js';
import { startServerProcess } from '../support/server-process.js';
import { skip } from '../support/skip.js';

export interface DocumentedServer {
  readonly server: ServerProcess;
  /** For files of the suite; removed with it. */
  readonly folder: string;
}

/** A server process with an empty database, for lines of a page that are pasted into bash. Skips the suite where there is no curl. */
export function useDocumentedServer(): () => DocumentedServer {
  let server: ServerProcess | undefined;
  let folder: string | undefined;
  before(async function start() {
    this.timeout(180_000);
    try {
      execFileSync('curl', ['--version'], { stdio: 'ignore' });
    } catch {
      skip(this, 'curl is not on the PATH');
    }
    folder = await mkdtemp(join(tmpdir(), 'throughline-docs-'));
    const env = { DATABASE_URL: `sqlite:${join(folder, 'db')}`, OUTBOX_DIR: join(folder, 'outbox') };
    server = await startServerProcess({ env });
  });
  after(async () => {
    await server?.end('SIGTERM');
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  return () => {
    if (!server || !folder) throw new Error('Expected a running server: use it in tests only.');
    return { server, folder };
  };
}
