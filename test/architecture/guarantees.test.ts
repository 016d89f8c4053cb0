import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';

const docs = join(import.meta.dirname, '../../docs');

describe('docs/guarantees.md', () => {
  it('names tests that there are, for each promise', async () => {
    const markdown = await readFile(join(docs, 'guarantees.md'), 'utf8');
    const promises = markdown.split('\n').filter((line) => /^\| (?!promise|fault)/.test(line));
    assert.ok(promises.length > 15, `Expected a table of promises but found ${promises.length}.`);
    for (const promise of promises) {
      const tests = [...promise.matchAll(/\[([^\]]+)\]\((\.\.\/test\/[^)]+\.test\.ts)\)/g)];
      assert.ok(tests.length > 0, `Expected a test for: ${promise}`);
      for (const [, title = '', path = ''] of tests) {
        const source = await readFile(join(docs, path), 'utf8');
        // A seed may follow in the test's name.
        const isThere = ["'", '`'].some((quote) =>
          [quote, ' ('].some((end) => source.includes(`it(${quote}${title}${end}`)),
        );
        assert.ok(isThere, `Expected a test ${JSON.stringify(title)} in ${path}.`);
      }
    }
  });
});
