// Only on SQLite: PostgreSQL is backed up by its own tools; what is said of them is tested here, too.
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { runCommand } from '../support/run-command.js';
import { send, startServerProcess, type ServerProcess } from '../support/server-process.js';

describe('backup and restore', function () {
  this.timeout(120_000);
  let folder: string;
  let server: ServerProcess | undefined;
  const path = (name: string) => join(folder, name);
  const envOf = (data: string) => ({
    DATABASE_URL: `sqlite:${path(data)}`,
    PROCESSES_DIR: path('processes'),
    OUTBOX_DIR: path('outbox'),
    LOG_LEVEL: 'error',
  });
  const start = async (data: string): Promise<ServerProcess> => {
    server = await startServerProcess({ env: envOf(data) });
    return server;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-backup-'));
    await mkdir(path('processes'));
    await mkdir(path('new'));
    const model = bpmn('order')
      .startEvent('s')
      .serviceTask('j', { type: 'pick' })
      .userTask('u')
      .endEvent('e');
    await writeFile(path('processes/order.bpmn'), model.toXml());
  });
  afterEach(async () => {
    await server?.end('SIGKILL');
    server = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  it('do not replace a file unless they are told to, and never the database itself', async () => {
    await runCommand(['migrate'], envOf('db'));
    const backup = await runCommand(['backup', path('copy')], envOf('db'));
    assert.deepEqual([backup.code, backup.stderr], [0, '']);
    assert.equal((await stat(path('copy'))).mode & 0o077, 0);
    const first = await readFile(path('copy'));
    const refused = await runCommand(['backup', path('copy')], envOf('db'));
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^Expected no file at .*copy but there is one; --force replaces it\.\n$/);
    assert.deepEqual(await readFile(path('copy')), first);
    assert.equal((await runCommand(['backup', path('copy'), '--force'], envOf('db'))).code, 0);
    const itself = await runCommand(['backup', path('db'), '--force'], envOf('db'));
    assert.match(itself.stderr, /Expected another file than the database itself/);
    assert.match((await runCommand(['backup', path('x')], envOf('none'))).stderr, /there is none/);
    for (const args of [['backup'], ['backup', 'a', 'b'], ['restore']]) {
      assert.equal((await runCommand(args, envOf('db'))).code, 2, args.join(' '));
    }
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.includes('partial')),
      [],
    );
  });

  it('refuse to restore while a server uses the database, and put the former one aside', async () => {
    await start('db');
    assert.equal((await runCommand(['backup', path('copy')], envOf('db'))).code, 0);
    const refused = await runCommand(['restore', path('copy')], envOf('db'));
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^Expected to be the only server on .*db, but another process uses it/);
    const { url } = server ?? { url: '' };
    const late = await send(url, 'POST', '/v1/process-instances', { bpmnProcessId: 'order' });
    // Killed: its last commits are in the write-ahead log alone.
    await server?.end('SIGKILL');
    const done = await runCommand(['restore', path('copy')], envOf('db'));
    const former = /the former database is (.*)\n/.exec(done.stdout)?.[1] ?? '';
    assert.match(former, /db\.before-restore-\d{8}T\d{9}Z$/);
    const count = (file: string): number => {
      const database = new Database(file, { readonly: true });
      try {
        return Number(database.prepare('SELECT count(*) FROM process_instance').pluck().get());
      } finally {
        database.close();
      }
    };
    assert.equal(late.status, 201);
    assert.deepEqual([count(former), count(path('db'))], [1, 0]);
    await start('db');
  });

  it('refuse what is damaged, foreign or newer, and change nothing', async () => {
    await runCommand(['migrate'], envOf('db'));
    assert.equal((await runCommand(['backup', path('copy')], envOf('db'))).code, 0);
    const good = await readFile(path('copy'));
    const before = await readFile(path('db'));
    const refuse = async (content: Uint8Array, says: RegExp, ...more: readonly string[]): Promise<void> => {
      await writeFile(path('bad'), content);
      const { code, stdout, stderr } = await runCommand(['restore', path('bad'), ...more], envOf('db'));
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, says);
      assert.equal(stderr.split('\n').length, 2, stderr);
      assert.deepEqual(await readFile(path('db')), before);
    };
    const flipped = (at: number): Buffer => {
      const bytes = Buffer.from(good);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at);
      return bytes;
    };
    await refuse(flipped(30), /changed or damaged/);
    await refuse(flipped(good.length >> 1), /changed or damaged/);
    await refuse(flipped(good.length - 200), /changed or damaged/);
    await refuse(flipped(good.length - 10), /changed or damaged/);
    await refuse(flipped(good.length - 90), /does not end like one/);
    await refuse(good.subarray(0, good.length - 4096), /does not end like one/);
    await refuse(Buffer.from('no database'), /does not end like one/);
    await refuse(
      Buffer.from('no database at all, but long enough '.repeat(100)),
      /another file/,
      '--unsealed',
    );
    const foreign = new Database(path('foreign'));
    foreign.exec('CREATE TABLE a (b)');
    foreign.close();
    await refuse(await readFile(path('foreign')), /its tables are others/, '--unsealed');
    await copyFile(path('db'), path('newer'));
    const newer = new Database(path('newer'));
    newer.exec(`INSERT INTO schema_migration (name, batch, migration_time) VALUES ('9999-later', 2, 0)`);
    newer.pragma('journal_mode = DELETE');
    newer.close();
    await refuse(await readFile(path('newer')), /a later one has changed it \(9999-later\)/, '--unsealed');
    assert.match((await runCommand(['restore', path('x')], envOf('db'))).stderr, /there is none/);
    const names = await readdir(folder);
    assert.deepEqual(
      names.filter((name) => /restoring|before-restore/.test(name)),
      [],
    );
  });

  it('say how it is done with PostgreSQL, without the password, and end with 3', async () => {
    const DATABASE_URL = "postgres://me:s3cret@db.example.com:5433/it's?password=s3cret&sslmode=require";
    for (const [args, command] of [
      [
        ['backup', 'a file'],
        /^pg_dump --format=custom --file='a file' --dbname='postgres:.*sslmode=require' && sha256sum 'a file' > 'a file\.sha256'\n$/,
      ],
      [
        ['restore', 'a file'],
        /^sha256sum --check --quiet 'a file\.sha256' && pg_restore --clean --if-exists .*--dbname='postgres:.*' 'a file'\n$/,
      ],
      [
        ['restore', '--unsealed', 'a file'],
        /^pg_restore --clean --if-exists .*--dbname='postgres:.*' 'a file'\n$/,
      ],
    ] as const) {
      const { code, stdout, stderr } = await runCommand(args, { DATABASE_URL });
      assert.equal(code, 3);
      assert.match(stdout, command);
      assert.ok(!`${stdout}${stderr}`.includes('s3cret'));
    }
  });
});

describe('throughline migrate', function () {
  this.timeout(180_000);

  it('runs the migrations alone, once; not while a server uses the file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'throughline-migrate-'));
    try {
      const env = { DATABASE_URL: `sqlite:${join(folder, 'db')}` };
      const first = await runCommand(['migrate'], env);
      assert.deepEqual([first.code, first.stderr], [0, '']);
      assert.match(first.stdout, /^0001-definitions\n[^]*\nthe database has the schema of this release\n$/);
      assert.equal(
        (await runCommand(['migrate'], env)).stdout,
        'the database has the schema of this release\n',
      );
      const server = await startServerProcess({ env: { ...env, OUTBOX_DIR: join(folder, 'outbox') } });
      try {
        const refused = await runCommand(['migrate'], env);
        assert.equal(refused.code, 1);
        assert.match(refused.stderr, /^Expected to be the only server/);
      } finally {
        await server.end('SIGTERM');
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
