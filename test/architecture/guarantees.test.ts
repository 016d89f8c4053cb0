import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';

const tests = join(import.meta.dirname, '..');
const docs = join(tests, '../docs');
const faults = 20;

describe('docs/guarantees.md', () => {
  it('names tests that there are, for each promise', async () => {
    const promises = await rows();
    assert.ok(promises.length > 15, `Expected a table of promises but found ${promises.length}.`);
    for (const promise of promises) {
      const named = testsOf(promise);
      assert.ok(named.length > 0, `Expected a test for: ${promise}`);
      for (const { title, path } of named) {
        const source = await readFile(join(docs, path), 'utf8');
        // A seed may follow in the test's name.
        const isThere = ["'", '`'].some((quote) =>
          [quote, ' ('].some((end) => source.includes(`it(${quote}${title}${end}`)),
        );
        assert.ok(isThere, `Expected a test ${JSON.stringify(title)} in ${path}.`);
      }
    }
  });

  it(`has ${faults} faults, each with all tests that are named after it`, async () => {
    const numbered = (await rows()).flatMap((row) => {
      const number = /^\| (\d+) \|/.exec(row)?.[1];
      return number === undefined ? [] : [{ number: Number(number), row }];
    });
    const numbers = numbered.map(({ number }) => number);
    assert.deepEqual(
      numbers,
      Array.from({ length: faults }, (_, index) => index + 1),
    );
    const named = await testsNamedAfterFaults();
    for (const { number, row } of numbered) {
      const found = testsOf(row).flatMap(({ title }) => (title.startsWith(`row ${number}: `) ? [title] : []));
      assert.ok(found.length > 0, `Expected a test that is named after fault ${number}.`);
      assert.deepEqual(found.sort(), named.get(number)?.sort(), `of fault ${number}`);
    }
    assert.deepEqual(
      [...named.keys()].sort((a, b) => a - b),
      numbers,
    );
  });
});

async function rows(): Promise<readonly string[]> {
  const markdown = await readFile(join(docs, 'guarantees.md'), 'utf8');
  return markdown.split('\n').filter((line) => /^\| (?!promise|#)/.test(line));
}

function testsOf(row: string): readonly { readonly title: string; readonly path: string }[] {
  const links = row.matchAll(/\[([^\]]+)\]\((\.\.\/test\/[^)]+\.test\.ts)\)/g);
  return [...links].map(([, title = '', path = '']) => ({ title, path }));
}

/** Titles without a seed, by the number of the fault. */
async function testsNamedAfterFaults(): Promise<ReadonlyMap<number, string[]>> {
  const found = new Map<number, string[]>();
  for (const path of await readdir(tests, { recursive: true })) {
    if (!path.endsWith('.test.ts')) continue;
    const source = await readFile(join(tests, path), 'utf8');
    for (const [, , title = '', number] of source.matchAll(
      /\bit\((['"`])(row (\d+): .*?)( \(seed [^)]*\))?\1,/g,
    ))
      found.set(Number(number), [...(found.get(Number(number)) ?? []), title]);
  }
  return found;
}
