import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { pingWebhook } from '../../src/contract/webhooks.js';
import { call } from '../support/contract-client.js';
import { useWebhooks } from './use-webhooks.js';

const root = join(import.meta.dirname, '../..');

describe('the receiver of docs/webhooks.md', () => {
  const test = useWebhooks();

  it('takes what is signed, once, and nothing else', async function run() {
    this.timeout(60_000);
    const page = await readFile(join(root, 'docs/webhooks.md'), 'utf8');
    const [, source = assert.fail('Expected an example.')] = /```js\n(.*?)```/s.exec(page) ?? [];
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/`;
    const { webhookId, secret } = await test.create({ url });
    const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
      cwd: root,
      env: { ...process.env, PORT: String(port), WEBHOOK_SECRET: secret },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
      await test.until(() => isListening(port), 'the receiver to listen');
      const [id = ''] = await test.startShort();
      const [delivery] = await test.untilDone(webhookId, 1);
      assert.equal(delivery?.attempts.at(-1)?.statusCode, 204);
      await test.until(() => printed.endsWith('\n'), 'a line');
      assert.equal(printed, `io.throughline.process-instance.started ${id}\n`);
      const forged = await fetch(url, {
        method: 'POST',
        body: '{}',
        headers: {
          'webhook-id': 'x',
          'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
          'webhook-signature': 'v1,AAAA',
        },
      });
      assert.equal(forged.status, 401);
      assert.equal((await call(test.server, pingWebhook, 200, { params: { webhookId } })).taken, true);
    } finally {
      child.kill();
      await once(child, 'exit');
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}
