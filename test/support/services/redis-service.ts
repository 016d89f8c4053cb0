import { connect } from 'node:net';
import { reasonOf, type Service } from './service.js';
import { findProgram, freePort, startServer, temporaryFolder } from './temporary-server.js';

const answerLimitMs = 2_000;

/** Redis for tests: TEST_REDIS_URL, else 127.0.0.1:6379, else one that we start, else the reason why there is none. */
export async function openRedis(env: NodeJS.ProcessEnv = process.env): Promise<Service> {
  const given = env['TEST_REDIS_URL'];
  if (given !== undefined && given !== '') {
    if (await answersPing(given)) return running(given, 'TEST_REDIS_URL');
    return { available: false, reason: `TEST_REDIS_URL is ${given}, but no Redis answers there` };
  }
  const usual = 'redis://127.0.0.1:6379';
  return (await answersPing(usual)) ? running(usual, 'a server that was running') : startRedis();
}

/** A Redis of our own that keeps nothing on disk, for tests that flush or stop it. */
export async function startRedis(): Promise<Service> {
  const program = findProgram('redis-server');
  if (program === undefined) {
    return {
      available: false,
      reason: 'no Redis answers on 127.0.0.1:6379, and there is no redis-server on the PATH',
    };
  }
  try {
    const port = await freePort();
    const url = `redis://127.0.0.1:${port}`;
    const folder = await temporaryFolder();
    const server = await startServer({
      command: [program, '--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
      folder,
      stopSignal: 'SIGTERM',
      isReady: () => answersPing(url),
    });
    return { available: true, url, origin: `started on port ${port}`, close: () => server.stop() };
  } catch (error) {
    return { available: false, reason: reasonOf(error) };
  }
}

function running(url: string, origin: string): Service {
  return { available: true, url, origin, close: () => Promise.resolve() };
}

/** Whether a Redis answers there, also one that asks for a password first. */
function answersPing(url: string): Promise<boolean> {
  if (!URL.canParse(url)) return Promise.resolve(false);
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port === '' ? 6379 : port) });
    const finish = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(answerLimitMs, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => finish(/^(\+PONG|-NOAUTH)/.test(data.toString('latin1'))));
  });
}
