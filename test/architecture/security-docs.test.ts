import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describe, it } from 'mocha';

const root = resolve(import.meta.dirname, '../..');

/** The rows of the tables of a page that have tests, and what is wrong with those that ought to. */
async function faultsOf(
  page: string,
  isRow: (line: string) => boolean,
): Promise<{ rows: number; faults: string[] }> {
  const path = join(root, page);
  const rows = (await readFile(path, 'utf8')).split('\n').filter(isRow);
  const faults: string[] = [];
  for (const row of rows) {
    const tests = [...row.matchAll(/\[([^\]]+)\]\(((?:\.\.\/)?test\/[^)]+\.test\.ts)\)/g)];
    if (tests.length === 0) faults.push(`no test: ${row.slice(0, 100)}`);
    for (const [, title = '', file = ''] of tests) {
      const source = await readFile(join(dirname(path), file), 'utf8').catch(() => '');
      const isThere = ["'", '`'].some((quote) => source.includes(`it(${quote}${title}${quote}`));
      if (!isThere) faults.push(`${file}: ${title}`);
    }
  }
  return { rows: rows.length, faults };
}

describe('the security documents', () => {
  it('name tests that there are for each threat', async () => {
    const { rows, faults } = await faultsOf(
      'SECURITY.md',
      (line) => (line.match(/ \| /g)?.length ?? 0) === 2 && !line.startsWith('| threat'),
    );
    assert.deepEqual(faults, []);
    assert.ok(rows >= 22, `${rows} threats`);
  });

  it('name tests that there are for each item of the OWASP API Security Top 10', async () => {
    const { rows, faults } = await faultsOf('docs/owasp-api-top-10.md', (line) => /^\| API\d+ /.test(line));
    assert.deepEqual(faults, []);
    assert.equal(rows, 10);
  });
});
