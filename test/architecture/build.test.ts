import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'mocha';

const root = resolve(import.meta.dirname, '../..');

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

describe('npm start', function () {
  this.timeout(60_000);
  let folder: string;
  const children: ChildProcess[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-build-'));
    await mkdir(join(folder, 'src/console/part'), { recursive: true });
    await mkdir(join(folder, 'scripts'));
    for (const name of [
      'src/console/tsconfig.json',
      'scripts/build.mjs',
      'scripts/start.mjs',
      'tsconfig.json',
      'tsconfig.build.json',
      'package.json',
    ]) {
      await cp(join(root, name), join(folder, name));
    }
    await writeFile(
      join(folder, 'src/console/part/page.ts'),
      'export const root = document.documentElement;\n',
    );
    await writeFile(join(folder, 'src/console/part/page.css'), '');
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    await writeMain(
      "console.log('first', process.argv.slice(2).join(), process.argv[1]?.endsWith('main.js'));",
    );
  });

  after(() => {
    for (const child of children) child.kill('SIGKILL');
    return rm(folder, { recursive: true, force: true });
  });

  function writeMain(text: string): Promise<void> {
    return writeFile(join(folder, 'src/main.ts'), `${text}\nexport {};\n`);
  }

  function start(
    args: readonly string[] = [],
    onOutput?: (output: string, pid: number) => void,
  ): Promise<Outcome> {
    const child = spawn('npm', ['start', '--silent', '--', ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        output += data.toString();
        if (child.pid !== undefined) onOutput?.(output, child.pid);
      });
    }
    return new Promise((done, fail) =>
      child.once('error', fail).once('close', (code) => done({ code, output })),
    );
  }

  it('builds the first time, and runs main with the arguments', async () => {
    const { code, output } = await start(['serve', '--x']);
    assert.equal(code, 0, output);
    assert.match(output, /Building/);
    assert.match(output, /first serve,--x true/);
  });

  it('puts the modules of the page where the server finds them, with the files beside them', async () => {
    const names = await readdir(join(folder, 'dist/src/console'), { recursive: true });
    assert.deepEqual(names.sort(), ['part', 'part/page.css', 'part/page.js']);
  });

  it('does not build again when nothing has changed', async () => {
    const { output } = await start();
    assert.doesNotMatch(output, /Building/);
    assert.match(output, /first/);
  });

  it('builds again when a source has changed, an older one put in its place too', async () => {
    await writeMain("console.log('other');");
    await utimes(join(folder, 'src/main.ts'), new Date(2000, 1), new Date(2000, 1));
    const { output } = await start();
    assert.match(output, /Building[^]*other/);
  });

  it('builds again when the last build was not completed', async () => {
    await rm(join(folder, 'dist/.built'));
    assert.match((await start()).output, /Building[^]*other/);
  });

  it('does not start what does not compile, and keeps the last build', async () => {
    await writeMain("const n: number = 'text'; console.log(n);");
    const { code, output } = await start();
    assert.equal(code, 1);
    assert.match(output, /src\/main\.ts\(1,7\): error TS2322/);
    assert((await readdir(join(folder, 'dist/src'))).includes('main.js'));
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith('.dist-')),
      [],
    );
  });

  it('hands SIGTERM on to the server', async () => {
    await writeMain(`
      process.once('SIGTERM', () => { console.log('ended in order'); process.exit(0); });
      setInterval(() => {}, 1000);
      console.log('listening');`);
    let sent = false;
    const { output } = await start([], (text, pid) => {
      if (sent || !text.includes('listening')) return;
      sent = true;
      process.kill(pid, 'SIGTERM');
    });
    assert.match(output, /ended in order/);
  });
});
