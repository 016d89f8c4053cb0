import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { exitCodeMeanings, exitCodes } from '../../src/cli/exit-codes.js';
import { commands } from '../../src/commands.js';

describe('docs/cli.md', function () {
  this.timeout(30_000);
  let page = '';
  before(async () => void (page = await readFile(join(import.meta.dirname, '../../docs/cli.md'), 'utf8')));

  it('names every command, and none that there is not', () => {
    const [, list = ''] = /## Commands\n([^]*?)\n## /.exec(page) ?? [];
    const named = list
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...(line.split(' | ')[0] ?? '').matchAll(/`([a-z-]+)/g)].map(([, name]) => name));
    assert.deepEqual([...named].sort(), commands.map(({ name }) => name).sort());
  });

  it('tells every exit code as the help does', () => {
    const told = [...page.matchAll(/^\| (\d) \| (.*) \|$/gm)].map(([, code, meaning]) => [
      Number(code),
      meaning,
    ]);
    const known = Object.entries(exitCodes).map(([name, code]) => [
      code,
      exitCodeMeanings[name as keyof typeof exitCodes],
    ]);
    assert.deepEqual(told, known);
  });

  it('has options that there are', async () => {
    const options = new Set(['--help']);
    for (const { load } of commands)
      for (const name of Object.keys((await load()).options)) options.add(`--${name}`);
    for (const [option] of page.matchAll(/--[a-z][a-z-]+/g)) assert.ok(options.has(option), option);
  });
});
