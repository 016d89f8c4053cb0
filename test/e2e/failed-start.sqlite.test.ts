// Only on SQLite: it is a file that cannot be opened.
import assert from 'node:assert/strict';
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
});
