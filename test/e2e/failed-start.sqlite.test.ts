// Only on SQLite: it is a file that cannot be opened.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { startServerProcess } from '../support/server-process.js';

describe('a server that cannot start', () => {
  it('says why and ends with 1, also when its own back-end was up already', async function () {
    this.timeout(180_000);
    const file = fileURLToPath(import.meta.url);
    await assert.rejects(
      startServerProcess({ env: { DATABASE_URL: `sqlite:${file}/db` } }),
      /The server ended with 1:\n[^]*(ENOTDIR|EEXIST|unable to open)/,
    );
  });

  it('names folders that are not there with all other variables that are wrong, and ends with 1', async function () {
    this.timeout(180_000);
    const env = { PROCESSES_DIR: '/not there', HANDLERS_DIR: '/nor there', LOG_LEVEL: 'loud' };
    const lines = [
      /The server ended with 1:\nThe configuration cannot be used:\n/,
      / {2}LOG_LEVEL: expected [^\n]*\n/,
      / {2}PROCESSES_DIR: expected a folder that can be read, found "\/not there" \(ENOENT[^\n]*\n/,
      / {2}HANDLERS_DIR: expected a folder that can be read, found "\/nor there" \(ENOENT[^\n]*\n$/,
    ];
    const message = new RegExp(lines.map(({ source }) => source).join(''));
    await assert.rejects(startServerProcess({ env }), message);
  });

  it('tells in words which handlers cannot be used', async function () {
    this.timeout(180_000);
    const folder = await mkdtemp(join(tmpdir(), 'throughline-handlers-'));
    try {
      await writeFile(join(folder, 'seven.mjs'), 'export default 7;');
      const env = { DATABASE_URL: `sqlite:${join(folder, 'db')}`, HANDLERS_DIR: folder, LOG_LEVEL: 'silent' };
      await assert.rejects(
        startServerProcess({ env }),
        /The server ended with 1:\nThe handlers in [^\n]* cannot be used:\n {2}seven\.mjs: [^\n]*\n$/,
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('says in one line that its port is taken, or its database in use', async function () {
    this.timeout(180_000);
    const folder = await mkdtemp(join(tmpdir(), 'throughline-start-'));
    const env = { DATABASE_URL: `sqlite:${join(folder, 'db')}`, OUTBOX_DIR: join(folder, 'outbox') };
    const first = await startServerProcess({ env: { ...env, LOG_LEVEL: 'warn' } });
    try {
      // What is read by programs is JSON, line by line, that the server is ready included.
      const lines = first
        .output()
        .trim()
        .split('\n')
        .filter((line) => line !== 'Building …');
      const entries = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
      assert.equal(entries.at(-1)?.['url'], first.url);
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
