import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, describe, it } from 'mocha';

const root = resolve(import.meta.dirname, '../..');

/** A database that nobody serves. */
const noPostgres = { TEST_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' };

interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly lastLine: string | undefined;
}

const folders: string[] = [];

/** Runs the test command on a project that has only these test files. */
async function testCommand(
  files: Readonly<Record<string, string>>,
  {
    args = [],
    env = {},
  }: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-test-command-'));
  folders.push(folder);
  await mkdir(join(folder, 'test'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  for (const name of ['node_modules', 'scripts', '.mocharc.cjs', 'package.json']) {
    await symlink(join(root, name), join(folder, name));
  }
  const { CI: _ci, REQUIRE_SERVICES: _required, ...inherited } = process.env;
  const child = spawn(process.execPath, [join(root, 'scripts/test.mjs'), ...args], {
    cwd: folder,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (output += data.toString()));
  const code = await new Promise<number | null>((done, fail) =>
    child.once('error', fail).once('close', done),
  );
  return { code, output, lastLine: output.trimEnd().split('\n').at(-1) };
}

const passing = "it('passes', () => {});";
const skipping = `
  import { skip } from ${JSON.stringify(join(root, 'test/support/skip.ts'))};
  it('skips itself', function () { skip(this, 'no sun today'); });
  describe('a suite', () => {
    before(function () { skip(this, 'no moon either'); });
    it('is skipped with its suite', () => {});
  });`;

describe('the test command', function () {
  this.timeout(60_000);
  afterEach(() =>
    Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))),
  );

  it('counts what passed, and what failed with its stack, promises that nobody waits for too', async () => {
    const { code, output, lastLine } = await testCommand(
      {
        'test/a.test.ts': `${passing} describe('sums', () => { it('fails', () => { throw new Error('2 + 2 is 5'); }); });`,
        'test/deep/b.test.ts': `const two: number = 2; it('passes too', () => { if (two !== 2) throw new Error(); });`,
        'test/c.test.ts': `it('forgets', () => { void Promise.reject(new Error('forgotten')); });`,
        'test/ignored.db.test.ts': "throw new Error('not of this run')",
      },
      { args: ['--only', 'unit'] },
    );
    assert.equal(lastLine, '3 passed, 2 failed, 0 skipped', output);
    assert.equal(code, 1);
    assert.match(output, /Error: 2 \+ 2 is 5\n\s+at .*a\.test\.ts:1/);
    assert.match(output, /nobody waited for it, .*"forgets": Error: forgotten\n\s+at .*c\.test\.ts:1/);
    assert.match(output, /unit: test\/a\.test\.ts › sums fails/);
  });

  it('fails on what the driver of PostgreSQL will refuse some day, told once in a process', async () => {
    const connects =
      "const { Client } = (await import('pg')).default; const client = new Client({ host: '127.0.0.1', port: 1 });";
    const asks =
      'const ask = () => client.query("SELECT 1").catch(() => {}); await Promise.all([client.connect().catch(() => {}), ask(), ask()]);';
    const { output, lastLine } = await testCommand(
      { 'test/a.test.ts': `it('asks at once', async () => { ${connects} ${asks} });` },
      { args: ['--only', 'unit'] },
    );
    assert.equal(lastLine, '1 passed, 1 failed, 0 skipped', output);
    assert.match(output, /Deprecated, .*"asks at once": DeprecationWarning: .*client\.query/);
  });

  it('succeeds when all passed, and reports skipped tests with their reasons', async () => {
    const { code, output, lastLine } = await testCommand(
      { 'test/a.test.ts': passing, 'test/b.test.ts': skipping },
      { args: ['--only', 'unit'] },
    );
    assert.equal(lastLine, '1 passed, 0 failed, 2 skipped', output);
    assert.equal(code, 0);
    assert.match(output, /b\.test\.ts › skips itself: no sun today/);
    assert.match(output, /b\.test\.ts › a suite is skipped with its suite: no moon either/);
  });

  it('fails on a skipped test where all services are required', async () => {
    const files = { 'test/a.test.ts': passing, 'test/b.test.ts': skipping };
    const required = await testCommand(files, { args: ['--only', 'unit'], env: { REQUIRE_SERVICES: '1' } });
    assert.deepEqual(
      [required.code, required.lastLine],
      [1, '1 passed, 0 failed, 2 skipped'],
      required.output,
    );
    const ci = await testCommand(files, { args: ['--only', 'unit'], env: { CI: 'true' } });
    assert.equal(ci.code, 1);
    assert.match(ci.output, /Skipped: no sun today/);
  });

  it('fails when no test was executed', async () => {
    const { code, output, lastLine } = await testCommand({}, { args: ['--only', 'unit'] });
    assert.deepEqual([code, lastLine], [1, '0 passed, 1 failed, 0 skipped'], output);
  });

  it('fails on a test that only one database executed, and names it', async () => {
    const { code, output, lastLine } = await testCommand(
      {
        'test/both.db.test.ts': `${passing} if (process.env.TEST_DATABASE === 'sqlite') it('leaves one out', () => {});`,
        'test/one.sqlite.test.ts': "// SQLite's file format is the subject.\nit('is exempt', () => {});",
      },
      { args: ['--grep', '.'] },
    );
    assert.equal(code, 1);
    assert.match(output, /executed on sqlite only: test\/both\.db\.test\.ts › leaves one out/);
    assert.doesNotMatch(output, /only: .*is exempt/);
    assert.equal(lastLine, '4 passed, 1 failed, 0 skipped', output);
  });

  it('reports the database tests as skipped without PostgreSQL, with the reason', async () => {
    const { code, output, lastLine } = await testCommand(
      { 'test/both.db.test.ts': passing },
      { args: ['--grep', '.'], env: noPostgres },
    );
    assert.deepEqual([code, lastLine], [0, '1 passed, 0 failed, 1 skipped'], output);
    assert.match(
      output,
      /passes \(postgres\): PostgreSQL is missing: TEST_DATABASE_URL cannot be used: .*ECONNREFUSED/,
    );
  });

  it('fails on what keeps the process alive, and tells what it is', async () => {
    const { code, output, lastLine } = await testCommand(
      {
        'test/a.test.ts': `import { createServer } from 'node:net'; it('leaks', () => { createServer().listen(0); });`,
      },
      { args: ['--only', 'unit'], env: { TEST_GRACE_MS: '200' } },
    );
    assert.deepEqual([code, lastLine], [1, '1 passed, 1 failed, 0 skipped'], output);
    assert.match(output, /kept alive by: .*TCPServerWrap/);
  });

  it('ends a run that takes too long, and tells where', async () => {
    const hanging = `it('hangs', function () {
      this.timeout(0);
      return new Promise(() => setInterval(() => {}, 1000));
    });`;
    const { code, output, lastLine } = await testCommand(
      { 'test/a.test.ts': passing, 'test/b.test.ts': hanging },
      { args: ['--only', 'unit'], env: { TEST_LIMIT_MS: '300' } },
    );
    assert.deepEqual([code, lastLine], [1, '1 passed, 1 failed, 0 skipped'], output);
    assert.match(output, /time limit of 300 ms was exceeded in "hangs"\. Open: .*Timeout/);
  });

  it('fails on a file that cannot be loaded', async () => {
    const { code, output, lastLine } = await testCommand(
      { 'test/a.test.ts': "import './missing.js'; it('is never reached', () => {});" },
      { args: ['--only', 'unit'] },
    );
    assert.equal(code, 1);
    assert.match(output, /missing\.js/);
    assert.match(lastLine ?? '', /^0 passed, [12] failed, 0 skipped$/);
  });
});
