import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { chown, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The user that a server runs as, where that is not the user who runs the tests. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** A server of our own in a temporary folder that goes away with it. */
export interface TemporaryServer {
  readonly process: ChildProcess;
  /** Ends it with another signal, and leaves its folder to the next one. */
  end(signal: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
}

const startLimitMs = 30_000;
const stopLimitMs = 10_000;
const pollMs = 50;

/** The full path of a program, searched in `folders` and then on the PATH. */
export function findProgram(name: string, folders: readonly string[] = []): string | undefined {
  const onPath = (process.env['PATH'] ?? '').split(delimiter);
  return [...folders, ...onPath].map((folder) => join(folder, name)).find(isExecutable);
}

/** A port of 127.0.0.1 that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('Expected a port but found a pipe.');
  return address.port;
}

/** A new folder for one server, owned by the user that the server runs as. */
export async function temporaryFolder(runAs?: RunAs): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-server-'));
  if (runAs !== undefined) await chown(folder, runAs.uid, runAs.gid);
  return folder;
}

/**
 * Starts a server that logs into `folder`, and waits until `isReady` answers true. `stop` ends it with `stopSignal` and
 * removes the folder. When it does not become ready, the error ends in what it logged.
 */
export async function startServer(options: {
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
  readonly stopSignal: NodeJS.Signals;
  readonly runAs?: RunAs | undefined;
  isReady(): Promise<boolean>;
}): Promise<TemporaryServer> {
  const { command, folder, runAs } = options;
  const [program, ...args] = command;
  const logPath = join(folder, 'server.log');
  const log = await open(logPath, 'a');
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', log.fd, log.fd], ...runAs });
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await endProcess(child, signal);
    process.removeListener('exit', killWithUs);
  };
  const stop = async (): Promise<void> => {
    await end(options.stopSignal);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await once(child, 'spawn');
    await waitUntilReady(child, program, options.isReady);
    return { process: child, end, stop };
  } catch (error) {
    const logged = await readFile(logPath, 'utf8').catch(() => '');
    await stop();
    throw new Error(`${program} did not become ready.\n${logged.slice(-2000)}`, { cause: error });
  } finally {
    await log.close();
  }
}

async function waitUntilReady(
  child: ChildProcess,
  name: string,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const limit = Date.now() + startLimitMs;
  while (!(await isReady())) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} ended by itself.`);
    if (Date.now() > limit) throw new Error(`${name} was not ready after ${startLimitMs} ms.`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  const killer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
  child.kill(signal);
  await exited;
  clearTimeout(killer);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
