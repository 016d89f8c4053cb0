// Only on SQLite: the lines are for the first five minutes, on the embedded database.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { useDocumentedServer } from './use-documented-server.js';

const file = new URL('../../docs/operations.md', import.meta.url);

describe('the lines of docs/operations.md', () => {
  const documented = useDocumentedServer();

  it('suspend, modify, migrate, cancel and delete an instance, and run batches, when they are pasted', async function () {
    this.timeout(180_000);
    const text = await readFile(file, 'utf8');
    const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => String(block));
    assert.equal(blocks.length, 9);
    const script = blocks
      .map((block, index) => `printf '\\n== ${index}\\n'\n${block}`)
      .join('\n')
      .replaceAll('http://127.0.0.1:8080', documented().server.url);
    const output = execFileSync('bash', ['-euo', 'pipefail', '-c', script], { encoding: 'utf8' });
    const [start = '', suspend, resume, modify, refused = '', migrate = '', end, ...batches] = output
      .split(/^== \d\n/m)
      .slice(1)
      .map((part) => part.trim());
    assert.match(start, /^[\da-f-]{36} runs by [\da-f-]{36}$/);
    assert.deepEqual([suspend, resume], ['204', '204']);
    assert.match(modify ?? '', /^\{"processInstanceId":"[\da-f-]{36}","state":"active"\}\n200$/);
    assert.match(refused, /"path":"\/cancel\/0".*"path":"\/activate\/0".*\}\n400$/s);
    const [tried = '', refusal, done = '', accepted] = migrate.split('\n');
    assert.match(tried, /"elementId":"pay".*\}$/);
    assert.match(done, /"dryRun":false\}$/);
    assert.deepEqual([refusal, accepted], ['409', '200']);
    assert.deepEqual(end?.split(/\s+/), ['204', '204', '204']);
    assert.match(batches[0] ?? '', /"operation":"migrate","state":"completed","total":3,"done":3,"failed":0/);
    assert.match(batches[1] ?? '', /"state":"failed","problem":\{"code":"not-found"/);
  });
});
