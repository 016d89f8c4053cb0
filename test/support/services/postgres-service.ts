import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { reasonOf, type Service } from './service.js';
import {
  findProgram,
  freePort,
  type RunAs,
  startServer,
  temporaryFolder,
  type TemporaryServer,
} from './temporary-server.js';

const databasePrefix = 'throughline_test_';
const staleAfterMs = 24 * 3600_000;
const connectLimitMs = 3_000;
const run = promisify(execFile);

/**
 * PostgreSQL for tests: the server of TEST_DATABASE_URL, else one on 127.0.0.1:5432 that lets us in without a password,
 * else one that we start, else the reason why there is none. The url is that of a new, empty database, dropped by
 * `close`; but a database that a test run has made already (its name says so) is used as it is.
 */
export async function openPostgres(env: NodeJS.ProcessEnv = process.env): Promise<Service> {
  const given = env['TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') return openGiven(given);

  const refusals: string[] = [];
  for (const user of new Set([env['PGUSER'] ?? 'postgres', 'postgres', userInfo().username])) {
    try {
      const serverUrl = `postgres://${encodeURIComponent(user)}@127.0.0.1:5432/postgres`;
      return await freshDatabase(serverUrl, `a server that was running, as ${user}`);
    } catch (error) {
      refusals.push(`${user}: ${reasonOf(error)}`);
    }
  }
  const started = await startPostgres();
  if (started.available) return started;
  const reason = `no database on 127.0.0.1:5432 (${refusals.join('; ')}), and ${started.reason}`;
  return { available: false, reason };
}

/** A PostgreSQL of our own that a test stops and starts. */
export type RestartablePostgres = Extract<Service, { available: true }> & {
  /** As `pg_ctl stop -m immediate`: connections break, nothing is flushed, the next start recovers. */
  crash(): Promise<void>;
  /** On the same data and port, after a crash. */
  restart(): Promise<void>;
};

/** A PostgreSQL of our own with durable settings, for tests that stop or kill it; `url` is that of a new database. */
export async function startPostgres(): Promise<RestartablePostgres | Extract<Service, { available: false }>> {
  const binaries = postgresBinaries();
  if (binaries === undefined) {
    return {
      available: false,
      reason: 'there are no initdb and postgres on the PATH or under /usr/lib/postgresql',
    };
  }
  try {
    const runAs = await unprivilegedUser();
    const folder = await temporaryFolder(runAs);
    const data = join(folder, 'data');
    const setUp = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    await run(join(binaries, 'initdb'), setUp, { cwd: folder, ...runAs });

    const port = await freePort();
    const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'fsync=on'];
    const serverUrl = `postgres://postgres@127.0.0.1:${port}/postgres`;
    const start = (): Promise<TemporaryServer> =>
      startServer({
        command: [join(binaries, 'postgres'), '-D', data, ...settings.flatMap((setting) => ['-c', setting])],
        folder,
        stopSignal: 'SIGINT',
        runAs,
        isReady: () => withClient(serverUrl, () => Promise.resolve(true)).catch(() => false),
      });
    let server = await start();
    const database = await freshDatabase(serverUrl, `started on port ${port}`);
    return {
      ...database,
      crash: () => server.end('SIGQUIT'),
      restart: async () => {
        server = await start();
      },
      close: () => server.stop(),
    };
  } catch (error) {
    return { available: false, reason: `PostgreSQL could not be started: ${reasonOf(error)}` };
  }
}

async function openGiven(url: string): Promise<Service> {
  try {
    if (new URL(url).pathname.startsWith(`/${databasePrefix}`)) {
      await withClient(url, () => Promise.resolve());
      return { available: true, url, origin: 'TEST_DATABASE_URL', close: () => Promise.resolve() };
    }
    return await freshDatabase(url, 'the server of TEST_DATABASE_URL');
  } catch (error) {
    return { available: false, reason: `TEST_DATABASE_URL cannot be used: ${reasonOf(error)}` };
  }
}

/** Makes a database on the server, after dropping what runs of earlier days have left behind. */
async function freshDatabase(
  serverUrl: string,
  origin: string,
): Promise<Service & { readonly available: true }> {
  const name = `${databasePrefix}${Date.now().toString(36)}_${randomBytes(4).toString('hex')}`;
  await withClient(serverUrl, async (client) => {
    await client.query(`CREATE DATABASE ${name}`);
    await dropStaleDatabases(client);
  });
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const drop = (client: pg.Client): Promise<unknown> => dropDatabase(client, name);
  return {
    available: true,
    url: url.href,
    origin,
    close: async () => void (await withClient(serverUrl, drop)),
  };
}

async function dropStaleDatabases(client: pg.Client): Promise<void> {
  const query = 'SELECT datname FROM pg_database WHERE starts_with(datname, $1)';
  const { rows } = await client.query<{ datname: string }>(query, [databasePrefix]);
  for (const { datname } of rows) {
    const made = /^[0-9a-z]+(?=_[0-9a-f]{8}$)/.exec(datname.slice(databasePrefix.length));
    if (made !== null && Date.now() - parseInt(made[0], 36) > staleAfterMs)
      await dropDatabase(client, datname);
  }
}

function dropDatabase(client: pg.Client, name: string): Promise<unknown> {
  return client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`);
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectLimitMs });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** The folder that has both programs: often only /usr/lib/postgresql/<version>/bin, the newest first. */
export function postgresBinaries(): string | undefined {
  const versions = listFolder('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
  const initdb = findProgram(
    'initdb',
    versions.map((version) => `/usr/lib/postgresql/${version}/bin`),
  );
  if (initdb === undefined) return undefined;
  const folder = dirname(realpathSync(initdb));
  return findProgram('postgres', [folder]) === join(folder, 'postgres') ? folder : undefined;
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** PostgreSQL refuses to run as root, so that root runs it as postgres, or as nobody. */
async function unprivilegedUser(): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      // There is no such user: the next one.
    }
  }
  throw new Error('PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody');
}
