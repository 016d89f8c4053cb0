// Only on SQLite: it is a file that cannot be opened.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { startServerProcess } from '../support/server-process.js';

describe('a server that cannot start', () => {
  it('says why and ends with 1, also when its own back-end was up already', async function () {
    this.timeout(30_000);
    const file = fileURLToPath(import.meta.url);
    await assert.rejects(
      startServerProcess({ env: { DATABASE_URL: `sqlite:${file}/db` } }),
      /The server ended with 1:\n[^]*(ENOTDIR|EEXIST|unable to open)/,
    );
  });

  it('says in one line that its port is taken, or its database in use', async function () {
    this.timeout(60_000);
    const folder = await mkdtemp(join(tmpdir(), 'throughline-start-'));
    const env = { DATABASE_URL: `sqlite:${join(folder, 'db')}`, OUTBOX_DIR: join(folder, 'outbox') };
    const first = await startServerProcess({ env });
    try {
      await assert.rejects(startServerProcess({ env }), /\nExpected to be the only server on [^\n]*\n$/);
      const { port } = new URL(first.url);
      const other = { ...env, DATABASE_URL: `sqlite:${join(folder, 'other')}`, PORT: port };
      const taken = new RegExp(`\\nExpected port ${port} to be free [^\\n]*\\n$`);
      await assert.rejects(startServerProcess({ env: other }), taken);
    } finally {
      await first.end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    }
  });
});
