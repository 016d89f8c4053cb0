// Only on SQLite: there the server itself writes the database file; PostgreSQL's own server does it elsewhere.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { send, startServerProcess } from '../support/server-process.js';
import { skip } from '../support/skip.js';

const STARTS = 50;

describe('an answer on SQLite', () => {
  it('row 4: fsyncs counted, one client: at least as many as acknowledgements', async function () {
    if (!hasStrace()) skip(this, 'strace is not on the PATH');
    const folder = await mkdtemp(join(tmpdir(), 'throughline-fsync-'));
    const counts = join(folder, 'counts');
    await writeFile(join(folder, 'p.bpmn'), bpmn('p').startEvent('s').userTask('u').endEvent('e').toXml());
    const server = await startServerProcess({
      env: { DATABASE_URL: `sqlite:${join(folder, 'db')}`, PROCESSES_DIR: folder, LOG_LEVEL: 'error' },
      under: ['strace', '-D', '-f', '-e', 'trace=fsync,fdatasync', '-o', counts],
    });
    const syncs = async () => (await readFile(counts, 'utf8')).match(/f(data)?sync\(/g)?.length ?? 0;
    const before = await syncs();
    for (let n = 0; n < STARTS; n++) {
      const { status } = await send(server.url, 'POST', '/v1/process-instances', { bpmnProcessId: 'p' });
      assert.equal(status, 201);
    }
    const during = (await syncs()) - before;
    await server.end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
    assert.ok(
      during >= STARTS,
      `expected at least ${STARTS} syncs for ${STARTS} answers but counted ${during}`,
    );
  }).timeout(180_000);
});

function hasStrace(): boolean {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
