import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram, freePort, startServer, temporaryFolder } from './services/temporary-server.js';

/** A Redis that a test may flush, stop and kill; it keeps nothing on disk. */
export interface PrivateRedis {
  readonly url: string;
  start(): Promise<void>;
  /** Ends it at once, with everything that it had. */
  kill(): Promise<void>;
  /** Runs one command. */
  command(...args: readonly string[]): Promise<string>;
}

/** A Redis on a free port that is not started yet; undefined where there is no redis-server. */
export async function privateRedis(): Promise<PrivateRedis | undefined> {
  const program = findProgram('redis-server');
  const cli = findProgram('redis-cli');
  if (program === undefined || cli === undefined) return undefined;
  const port = String(await freePort());
  const command = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)(cli, ['-p', port, ...args])).stdout.trim();
  let server: Awaited<ReturnType<typeof startServer>> | undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    command,
    async start() {
      const folder = await temporaryFolder();
      server = await startServer({
        command: [program, '--port', port, '--bind', '127.0.0.1', '--save', '', '--dir', folder],
        folder,
        stopSignal: 'SIGKILL',
        isReady: () =>
          command('PING').then(
            (answer) => answer === 'PONG',
            () => false,
          ),
      });
    },
    async kill() {
      await server?.stop();
      server = undefined;
    },
  };
}
