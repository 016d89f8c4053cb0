// Only once: no database is opened, but a process that runs from the sources takes longer than a unit test may.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { commands } from '../../src/commands.js';
import { runCommand } from '../support/run-command.js';

describe('throughline', function () {
  this.timeout(30_000);

  it('lists its commands with --help', async () => {
    const { code, stdout, stderr } = await runCommand(['--help']);
    assert.deepEqual([code, stderr], [0, '']);
    for (const { name, load } of commands) {
      assert(stdout.includes(`  ${name.padEnd(10)}${(await load()).summary}\n`), `${name} in ${stdout}`);
    }
  });

  for (const { name, load } of commands) {
    it(`explains ${name}, and refuses what it does not know with exit code 2`, async () => {
      const help = await runCommand([name, '--help']);
      assert.deepEqual([help.code, help.stdout], [0, (await load()).help]);
      const wrong = await runCommand([name, '--no-such-option']);
      assert.equal(wrong.code, 2);
      assert.match(wrong.stderr, /no-such-option[^]*throughline --help/);
    });
  }

  it('refuses a command that there is not, and options that serve does not have', async () => {
    const unknown = await runCommand(['sevre']);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /Expected a command \(serve.*\) but found "sevre"/);
    assert.equal((await runCommand(['--port=1'])).code, 2);
  });

  it('says what is wrong with the configuration and ends with 1', async () => {
    const { code, stderr } = await runCommand(['serve'], { PORT: 'none' });
    assert.equal(code, 1);
    assert.match(stderr, /^The configuration cannot be used:\n {2}PORT: expected an integer/);
  });
});
