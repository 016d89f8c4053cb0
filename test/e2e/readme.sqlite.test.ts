// Only on SQLite: the README's lines are for the first five minutes, on the embedded database.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { send } from '../support/server-process.js';
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
  const find = async (what: string, businessKey: string) => {
    const { body } = await send(documented().server.url, 'POST', `/v1/${what}/search`, {
      filter: { businessKey },
    });
    return (body['items'] as Record<string, unknown>[])[0];
  };
  /** The server works on in the background between two lines; a person takes longer to paste the next. */
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    for (const giveUpAt = Date.now() + 10_000; Date.now() < giveUpAt;) if (await holds()) return;
    assert.fail(`${what} did not come about`);
  };

  it('run a journey from the application to the account', async function () {
    this.timeout(40_000);
    const blocks = curlBlocks(await readFile(new URL('README.md', root), 'utf8'));
    assert.equal(blocks.length, 9);
    const [start = '', documents = '', review = '', look = ''] = blocks;
    assert.match(paste(start), /"processInstanceId"/);
    assert.match(paste(documents), /"outcome":"(correlated|buffered)"/);
    await until('the review task', async () => (await find('user-tasks', 'A-1001')) !== undefined);
    assert.equal(paste(review), '');
    await until(
      'the end',
      async () => (await find('process-instances', 'A-1001'))?.['state'] === 'completed',
    );
    assert.match(paste(look), /"state":"completed"/);
  });

  it('deploy a diagram, start it and do its job', async function () {
    this.timeout(40_000);
    const [deploy = '', work = ''] = curlBlocks(await readFile(new URL('README.md', root), 'utf8')).slice(4);
    assert.match(paste(deploy), /"bpmnProcessId":"order"[^]*"state":"active"/);
    assert.match(paste(work), /"type":"charge-card"[^]*"fence":1/);
    assert.equal((await find('process-instances', 'O-1'))?.['state'], 'completed');
  });

  it('drive the voice menu, from the call to the task of an agent', async function () {
    this.timeout(40_000);
    const [open = '', call = '', press = ''] = curlBlocks(
      await readFile(new URL('README.md', root), 'utf8'),
    ).slice(6);
    const { processInstanceId } = JSON.parse(paste(open)) as { readonly processInstanceId: string };
    const path = `/v1/process-instances/${processInstanceId}/element-instances`;
    await until('the menu', async () => {
      const { items } = (await send(documented().server.url, 'GET', path)).body as {
        items: Record<string, unknown>[];
      };
      return items.some(({ elementId, state }) => elementId === 'call_back' && state === 'active');
    });
    assert.match(paste(call), /<Gather .*Hello Ada Example\..*press 1.*press 2/);
    assert.equal(await find('user-tasks', 'C-1001'), undefined);
    // Both in one shell, as in a terminal.
    const [menu = '', ...answers] = paste(call + press).split('\n');
    assert.match(menu, /<Gather /);
    assert.match(answers.join('\n'), /Thank you\..*Goodbye\.[^]*"elementId":"help_customer"/);
  });

  it('that the server prints work when pasted', async function () {
    this.timeout(20_000);
    const lines = documented().server.output().split('Three things to try')[1] ?? '';
    const commands = lines.replaceAll(/\s*\\\n\s*/g, ' ').match(/^ +curl .*$/gm) ?? [];
    assert.equal(commands.length, 3);
    for (const command of commands) {
      const answer = paste(command);
      assert.doesNotMatch(answer, /"status":[45]/, answer);
    }
    await until(
      'the end',
      async () => (await find('process-instances', 'A-1000'))?.['state'] === 'completed',
    );
  });
});
