// Only on SQLite: the README's lines are for the first five minutes, on the embedded database.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { send, startServerProcess } from '../support/server-process.js';
import { skip } from '../support/skip.js';
import { useDocumentedServer } from './use-documented-server.js';

const root = new URL('../../', import.meta.url);

/** The shell blocks of a file or text that call the server with curl, in order. */
function curlBlocks(text: string): readonly string[] {
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)]
    .map(([, block]) => String(block))
    .filter((b) => b.includes('curl'));
}

describe("the README's lines", () => {
  const documented = useDocumentedServer();

  const paste = (block: string): string =>
    execFileSync(
      'bash',
      ['-euo', 'pipefail', '-c', block.replaceAll('http://127.0.0.1:8080', documented().server.url)],
      { encoding: 'utf8', cwd: documented().folder },
    );
  const find = async (what: string, businessKey: string, url = documented().server.url) => {
    const { body } = await send(url, 'POST', `/v1/${what}/search`, {
      filter: { businessKey },
    });
    return (body['items'] as Record<string, unknown>[])[0];
  };
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    for (const giveUpAt = Date.now() + 10_000; Date.now() < giveUpAt;) if (await holds()) return;
    assert.fail(`${what} did not come about`);
  };

  it('run a journey from the application to the account, pasted at once', async function () {
    this.timeout(40_000);
    const blocks = curlBlocks(await readFile(new URL('README.md', root), 'utf8'));
    assert.equal(blocks.length, 9);
    const output = paste(blocks.slice(0, 4).join('echo\n'));
    const [started = '', message = '', ...found] = output.split('\n');
    assert.match(started, /"processInstanceId"/);
    assert.match(message, /"outcome":"(correlated|buffered)"/);
    assert.match(found.join('\n'), /^\n\{"items":\[\{[^\n]*"state":"completed"[^\n]*\n$/);
  });

  it('deploy a diagram, start it and do its job', async function () {
    this.timeout(40_000);
    const [deploy = '', work = ''] = curlBlocks(await readFile(new URL('README.md', root), 'utf8')).slice(4);
    const output = paste(`${deploy}echo\n${work}`);
    assert.match(output, /"bpmnProcessId":"order"[^]*"state":"active"[^]*"type":"charge-card"[^]*"fence":1/);
    assert.equal((await find('process-instances', 'O-1'))?.['state'], 'completed');
  });

  it('drive the voice menu, from the call to the task of an agent, pasted at once', async function () {
    this.timeout(40_000);
    const blocks = curlBlocks(await readFile(new URL('README.md', root), 'utf8')).slice(6);
    const [started = '', menu = '', ...answers] = paste(blocks.join('echo\n')).split('\n').filter(Boolean);
    assert.match(started, /"processInstanceId"/);
    assert.match(menu, /<Gather .*Hello Ada Example\..*press 1.*press 2/);
    assert.match(answers.join('\n'), /Thank you\..*Goodbye\.[^]*"elementId":"help_customer"/);
  });

  it('that the server prints at a terminal work when pasted', async function () {
    this.timeout(180_000);
    const { folder } = documented();
    const server = await startServerProcess({
      env: { DATABASE_URL: `sqlite:${join(folder, 'printed')}`, OUTBOX_DIR: join(folder, 'printed-outbox') },
      // A terminal of its own, which is what `script` is for.
      under: ['bash', '-c', 'exec script -qfec "$(printf "%q " "$@")" /dev/null', 'bash'],
    });
    try {
      const printed = (): readonly string[] => {
        const lines = server.output().replaceAll('\r', '').split('Three things to try')[1] ?? '';
        return lines.replaceAll(/\s*\\\n\s*/g, ' ').match(/^ +curl .*(?=\n)/gm) ?? [];
      };
      await until('three lines', async () => {
        await nextTurn();
        return printed().length >= 3;
      });
      const commands = printed();
      assert.equal(commands.length, 3);
      for (const command of commands) {
        const answer = execFileSync('bash', ['-euo', 'pipefail', '-c', command], { encoding: 'utf8' });
        assert.doesNotMatch(answer, /"status":[45]/, answer);
      }
      await until(
        'the end',
        async () => (await find('process-instances', 'A-1000', server.url))?.['state'] === 'completed',
      );
    } finally {
      await server.end('SIGTERM');
    }
  });

  it('kill the server that listens on the port, and only that', async function () {
    this.timeout(180_000);
    try {
      execFileSync('lsof', ['-v'], { stdio: 'ignore' });
    } catch {
      skip(this, 'lsof is not on the PATH');
    }
    const line = /`(kill -9 .*)`/.exec(await readFile(new URL('README.md', root), 'utf8'))?.[1] ?? '';
    const { server } = documented();
    // Connected to it as a browser is, and not to be killed.
    const visitor = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(visitor, 'connect');
    const broken = once(visitor, 'close');
    visitor.on('error', () => {});
    execFileSync('bash', ['-euc', line.replace('8080', new URL(server.url).port)]);
    assert.deepEqual(await server.ended, [null, 'SIGKILL']);
    await broken;
  });
});
