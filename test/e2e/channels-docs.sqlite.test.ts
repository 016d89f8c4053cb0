// Only on SQLite: the lines are for the first five minutes, on the embedded database.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { send } from '../support/server-process.js';
import { useDocumentedServer } from './use-documented-server.js';

const file = new URL('../../docs/channels.md', import.meta.url);

describe('the lines of docs/channels.md', () => {
  const documented = useDocumentedServer();

  /** Runs a block as it would be pasted: what earlier blocks have defined is there. */
  const paste = (block: string): string => {
    const state = join(documented().folder, 'shell');
    const script = [
      `if [ -f '${state}' ]; then . '${state}'; fi`,
      block.replaceAll('http://127.0.0.1:8080', documented().server.url).replaceAll(/^sleep .*$/gm, ''),
      `{ declare -p NEXT; declare -f phone; } > '${state}' 2>/dev/null || true`,
    ];
    return execFileSync('bash', ['-euo', 'pipefail', '-c', script.join('\n')], { encoding: 'utf8' });
  };
  const activeElements = async (businessKey: string): Promise<readonly unknown[]> => {
    const found = await send(documented().server.url, 'POST', '/v1/process-instances/search', {
      filter: { businessKey },
    });
    const [instance] = found.body['items'] as Record<string, unknown>[];
    if (instance?.['state'] !== 'active') return [instance?.['state']];
    const path = `/v1/process-instances/${String(instance['processInstanceId'])}/element-instances`;
    const { items } = (await send(documented().server.url, 'GET', path)).body as {
      items: Record<string, unknown>[];
    };
    return items.filter(({ state }) => state === 'active').map(({ elementId }) => elementId);
  };
  /** The server works on in the background between two lines; a person takes longer to paste the next. */
  const until = async (businessKey: string, element: string): Promise<void> => {
    for (const giveUpAt = Date.now() + 15_000; Date.now() < giveUpAt;) {
      if ((await activeElements(businessKey)).includes(element)) return;
    }
    assert.fail(`${businessKey} did not come to ${element}: ${String(await activeElements(businessKey))}`);
  };

  it('drive the voice menu, a text and a mail as a provider would', async function () {
    this.timeout(180_000);
    const text = await readFile(file, 'utf8');
    const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => String(block));
    assert.equal(blocks.length, 7);
    const [open = '', first = '', press = '', again = '', sms = '', mail = '', raw = ''] = blocks;
    assert.match(paste(open), /"processInstanceId"/);
    await until('C-5001', 'call_back');
    assert.match(paste(first), /<Gather .*Hello Ada Lovelace\..*press 1/);
    assert.match(paste(press), /did not understand.*\n.*Thank you\./);
    await until('C-5001', 'rating_awaited');
    assert.match(paste(again), /How satisfied are you/);
    assert.match(paste(sms), /<Response\/>/);
    await until('C-5001', 'completed');
    const [openAgain = '', write = ''] = mail.split(/^sleep .*$/m);
    paste(openAgain);
    await until('C-5002', 'call_back');
    assert.equal(paste(write), '{"assigned":true,"outcome":"chosen","duplicate":false}');
    await until('C-5002', 'help_customer');
    assert.equal(paste(raw), '{"assigned":false,"outcome":"buffered","duplicate":false}');
  });
});
