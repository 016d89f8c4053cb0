// Only once: no database is opened, but a process that runs from the sources takes longer than a unit test may.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { helpOf } from '../../src/cli/help.js';
import { commands } from '../../src/commands.js';
import { runCommand } from '../support/run-command.js';
import { runInProcess } from '../support/run-in-process.js';

describe('throughline', function () {
  this.timeout(60_000);

  it('lists its commands and exit codes with --help', async () => {
    const { code, stdout, stderr } = await runCommand(['--help']);
    assert.deepEqual([code, stderr], [0, '']);
    for (const { name, load } of commands) {
      const { summary } = await load();
      const line = stdout.split('\n').find((text) => text.startsWith(`  ${name} `));
      assert.equal(line?.trim().slice(name.length).trim(), summary, name);
    }
    assert.match(stdout, /Exit codes:\n {2}0 {2}done/);
  });

  it('explains a command, and refuses what it does not know with exit code 2', async () => {
    const help = await runCommand(['serve', '--help']);
    const row = commands.find(({ name }) => name === 'serve') ?? commands[0];
    assert.deepEqual([help.code, help.stdout], [0, helpOf(await row.load())]);
    const wrong = await runCommand(['deploy', '--no-such-option']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /no-such-option[^]*throughline --help/);
  });

  for (const { name, load } of commands) {
    it(`explains ${name} with its options and examples, which are command lines that it takes`, async () => {
      const command = await load();
      const { code, stdout } = await runInProcess([name, '--help']);
      assert.deepEqual([code, stdout], [0, helpOf(command)]);
      for (const option of Object.keys(command.options)) assert.ok(stdout.includes(`--${option}`), option);
      assert.ok(command.examples.length > 0, 'Expected an example.');
      for (const example of command.examples) {
        assert.ok(stdout.includes(example), example);
        const [program, verb, ...args] = wordsOf(example);
        assert.deepEqual([program, verb], ['throughline', name], example);
        command.check(args);
      }
      assert.equal((await runInProcess([name, '--no-such-option'])).code, 2);
    });
  }

  it('refuses a command that there is not, and options that serve does not have', async () => {
    const unknown = await runInProcess(['sevre']);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /Expected a command \(serve.*\) but found "sevre"/);
    assert.equal((await runInProcess(['--port=1'])).code, 2);
    assert.equal((await runInProcess(['list', '--state', 'actve'])).code, 2);
    assert.equal((await runInProcess(['list', 'everything'])).code, 2);
  });

  it('says what is wrong with the configuration and ends with 1', async () => {
    const { code, stderr } = await runCommand(['serve'], { PORT: 'none' });
    assert.equal(code, 1);
    assert.match(stderr, /^The configuration cannot be used:\n {2}PORT: expected an integer/);
  });
});

/** As a shell has them: quoted ones without their quotes, and without variables before the program. */
function wordsOf(line: string): readonly string[] {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  return words.slice(words.indexOf('throughline'));
}
