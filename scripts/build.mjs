// Compiles src/ and migrations/ into dist/, and puts the page's other files beside its modules.
//
//   node scripts/build.mjs              always
//   node scripts/build.mjs --if-needed  only when a source has changed since the last build
//
// The compiler writes into a folder of its own that takes dist's place when it is complete, so that a build that is
// interrupted, or two at once, never leave half a program. dist/.built tells what the build was made from.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(import.meta.dirname, '..');
const sources = [
  'src',
  'migrations',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
  'scripts/build.mjs',
];
const stamp = '.built';
const abandonedAfterMs = 10 * 60_000;

/** Whether dist/ was made from the sources as they are now. */
export function isBuilt() {
  try {
    return readFileSync(join(root, 'dist', stamp), 'utf8') === fingerprint();
  } catch {
    return false;
  }
}

/** Compiles into dist/. Throws when the sources do not compile; what was in dist/ before stays then. */
export async function build() {
  removeAbandoned();
  const madeFrom = fingerprint();
  const folder = mkdtempSync(join(root, '.dist-'));
  try {
    await compile(folder);
    writeFileSync(join(folder, stamp), madeFrom);
    putInPlace(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Path, size and time of change of every source; a file that is removed or put back from elsewhere changes it too. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const source of sources) {
    const path = join(root, source);
    const isFolder = existsSync(path) && statSync(path).isDirectory();
    const files = isFolder
      ? readdirSync(path, { recursive: true })
          .sort()
          .map((name) => join(path, name))
      : [path];
    for (const file of files) {
      const stats = statSync(file, { throwIfNoEntry: false });
      if (stats?.isFile()) hash.update(`${file}:${stats.size}:${stats.mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

async function compile(outDir) {
  await runCompiler('-p', join(root, 'tsconfig.build.json'), '--outDir', outDir);
  await compilePage(outDir);
}

/** The compiler writes what the page takes its types from, too; only the page itself is kept. */
async function compilePage(outDir) {
  const page = 'src/console';
  const aside = join(outDir, '.page');
  await runCompiler('-p', join(root, page), '--noEmit', 'false', '--outDir', aside);
  renameSync(join(aside, page), join(outDir, page));
  rmSync(aside, { recursive: true });
  cpSync(join(root, page), join(outDir, page), {
    recursive: true,
    filter: (path) => !/\.(ts|json)$/.test(path),
  });
}

function runCompiler(...options) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  if (!existsSync(tsc))
    throw new Error('Expected TypeScript in node_modules to build dist/: run npm ci first.');
  const args = [tsc, ...options];
  return new Promise((done, fail) => {
    const compiler = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    compiler.once('error', fail);
    compiler.once('close', (code) => {
      if (code === 0) done();
      else fail(new Error(`The build failed: tsc ended with exit code ${code}.`));
    });
  });
}

/** Another build may put its own in place between our two steps: then it is moved away, too. */
function putInPlace(folder, attemptsLeft = 5) {
  const dist = join(root, 'dist');
  const old = `${folder}-old`;
  try {
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(folder, dist);
  } catch (error) {
    if (attemptsLeft === 0) throw error;
    rmSync(old, { recursive: true, force: true });
    putInPlace(folder, attemptsLeft - 1);
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}

/** What builds that were killed have left behind. */
function removeAbandoned() {
  for (const name of readdirSync(root)) {
    const path = join(root, name);
    if (!name.startsWith('.dist-')) continue;
    const ageMs = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (ageMs > abandonedAfterMs) rmSync(path, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    if (!process.argv.includes('--if-needed') || !isBuilt()) await build();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
