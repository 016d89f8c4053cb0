import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { completionScript, type NamedCommand, shells } from '../../src/cli/completion-script.js';
import { commands } from '../../src/commands.js';

describe('completion', function () {
  this.timeout(30_000);
  let table: readonly NamedCommand[] = [];

  before('load the commands', async () => {
    table = await Promise.all(commands.map(async ({ name, load }) => ({ name, command: await load() })));
  });

  /** What a real bash offers for the last of the words. */
  function completedByBash(...words: readonly string[]): readonly string[] {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-completion-'));
    try {
      const script = join(folder, 'completion.bash');
      writeFileSync(script, completionScript('bash', table));
      writeFileSync(join(folder, 'my order.bpmn'), '');
      const line =
        'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _throughline; printf "%s\\n" "${COMPREPLY[@]}"';
      const options = { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'] } } as const;
      const output = execFileSync('bash', ['-uc', line, 'bash', script, 'throughline', ...words], options);
      return output.split('\n').filter((text) => text !== '');
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it('completes commands, first words, options, values and files in a real bash', () => {
    assert.deepEqual(completedByBash('de'), ['dev', 'deploy']);
    assert.deepEqual(completedByBash('mig'), ['migrate', 'migrate-instances']);
    assert.deepEqual(completedByBash('keys', 'cr'), ['create']);
    assert.deepEqual(completedByBash('list', '--st'), ['--state']);
    assert.deepEqual(completedByBash('list', '--state', 'ac'), ['active']);
    assert.deepEqual(completedByBash('list', '--key', 'a'), []);
    assert.deepEqual(completedByBash('deploy', '--dry-run', 'my'), ['my order.bpmn']);
    assert.deepEqual(completedByBash('start', '--variables', 'my'), ['my order.bpmn']);
    assert.deepEqual(completedByBash('nonsense', 'x'), []);
  });

  it('offers every command and option of the table in every shell', () => {
    for (const shell of shells) {
      const script = completionScript(shell, table);
      for (const { name, command } of table) {
        for (const option of Object.keys(command.options)) {
          const written = shell === 'fish' ? ` ${name}' -l ${option} ` : `--${option}`;
          assert.ok(script.includes(written), `Expected ${name} --${option} for ${shell}.`);
        }
      }
    }
  });

  it('quotes what the shells would act on', () => {
    const [first] = table;
    assert.ok(first);
    const about = "it's $(touch x) `y`";
    const command = { ...first.command, options: { odd: { type: 'boolean' as const, about } } };
    assert.ok(completionScript('zsh', [{ name: 'n', command }]).includes("it'\\''s $(touch x) `y`"));
    assert.ok(completionScript('fish', [{ name: 'n', command }]).includes("it\\'s $(touch x) `y`"));
  });
});
