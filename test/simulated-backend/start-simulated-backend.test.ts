import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { startSimulatedBackend } from '../../src/simulated-backend/start-simulated-backend.js';

const script = fileURLToPath(new URL('start-then-hang.ts', import.meta.url));

const isUp = (url: string) =>
  fetch(`${url}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );

describe('startSimulatedBackend', function () {
  // Each test starts Node, perhaps beside other tests.
  this.timeout(20_000);

  it('starts a process that listens on this machine only, and ends it', async () => {
    const backend = await startSimulatedBackend();
    assert.match(backend.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert(await isUp(backend.url));
    await backend.stop();
    assert(!(await isUp(backend.url)));
    await backend.stop();
  });

  it('says why it cannot start', async () => {
    const occupied = createServer().listen(0, '127.0.0.1');
    await once(occupied, 'listening');
    const address = occupied.address();
    assert(typeof address === 'object' && address !== null);
    await assert.rejects(startSimulatedBackend({ port: address.port }), /ended with 1: .*EADDRINUSE/);
    occupied.close();
  });

  it('ends when the process that started it is killed', async () => {
    const parent = spawn(process.execPath, ['--import', 'tsx', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line]: unknown[] = await once(parent.stdout, 'data');
    const url = String(line).trim();
    assert(await isUp(url));
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    while (await isUp(url)) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it('does not keep the process that started it alive', async () => {
    const parent = spawn(process.execPath, ['--import', 'tsx', script, 'end'], { stdio: 'ignore' });
    const [code]: unknown[] = await once(parent, 'exit');
    assert.equal(code, 0);
  });
});
