// Only on SQLite: the lines are for the first five minutes, on the embedded database.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { ServerProcess } from '../support/server-process.js';
import { startServerProcess } from '../support/server-process.js';
import { skip } from '../support/skip.js';

const file = new URL('../../docs/operations.md', import.meta.url);

describe('the lines of docs/operations.md', () => {
  let server: ServerProcess;
  let folder: string;
  before(async function () {
    this.timeout(30_000);
    try {
      execFileSync('curl', ['--version'], { stdio: 'ignore' });
    } catch {
      skip(this, 'curl is not on the PATH');
    }
    folder = await mkdtemp(join(tmpdir(), 'throughline-operations-'));
    server = await startServerProcess({ env: { DATABASE_URL: `sqlite:${join(folder, 'db')}` } });
  });
  after(async () => {
    await server?.end('SIGTERM');
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('suspend, modify, migrate, cancel and delete an instance when they are pasted', async function () {
    this.timeout(20_000);
    const text = await readFile(file, 'utf8');
    const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => String(block));
    assert.equal(blocks.length, 7);
    const script = blocks
      .map((block, index) => `echo '== ${index}'\n${block}`)
      .join('\n')
      .replaceAll('http://127.0.0.1:8080', server.url);
    const output = execFileSync('bash', ['-euo', 'pipefail', '-c', script], { encoding: 'utf8' });
    const [start = '', suspend, resume, modify, refused = '', migrate = '', end] = output
      .split(/^== \d\n/m)
      .slice(1)
      .map((part) => part.trim());
    assert.match(start, /^[\da-f-]{36} runs by [\da-f-]{36}$/);
    assert.deepEqual([suspend, resume], ['204', '204']);
    assert.match(modify ?? '', /^\{"processInstanceId":"[\da-f-]{36}","state":"active"\}200$/);
    assert.match(refused, /"path":"\/cancel\/0".*"path":"\/activate\/0".*400$/s);
    const [tried = '', done = ''] = migrate.split('\n');
    assert.match(tried, /"elementId":"pay".*409$/);
    assert.match(done, /"dryRun":false\}200$/);
    assert.equal(end, '204\n204\n204');
  });
});
