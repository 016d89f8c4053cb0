import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';

const sources = new URL('../../src/', import.meta.url);

/** The modules of the contract that a source takes operations from. */
async function modulesIn(path: string, pattern: RegExp): Promise<readonly string[]> {
  const text = await readFile(new URL(path, sources), 'utf8');
  return [...text.matchAll(pattern)].map(([, name = '']) => name).sort();
}

describe('the types of the client', () => {
  it('are those of all operations of the contract; the stream has a method of its own', async () => {
    const declared = await modulesIn('contract/operations.ts', /^import \* as \w+ from '\.\/([\w-]+)\.js'/gm);
    const path = 'client/operation-types.ts';
    const typed = await modulesIn(path, /^import type \* as \w+ from '\.\.\/contract\/([\w-]+)\.js'/gm);
    assert.ok(declared.length > 15);
    assert.deepEqual(
      typed,
      declared.filter((name) => name !== 'events'),
    );
    // An import that is not used does not compile; one that is used is used here.
    const text = await readFile(new URL(path, sources), 'utf8');
    assert.equal([...text.matchAll(/OperationsOf<typeof \w+>/g)].length, typed.length);
  });
});
