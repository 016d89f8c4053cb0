// Nodes, workers, a queue and clients in one process, with faults, on a clock of its own; then it is checked that nothing was lost or done
// twice. On SQLite, in memory where there is /dev/shm: what is tried is the program, not the disk.
//
//   npm run test:simulate                             2,000 random histories, another seed each time; prints it
//   npm run test:simulate -- --runs 500 --seed 7
//   npm run test:simulate -- --seed 7 --path 12:3:0   one history again, as the failure names it

import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { silentLogger } from '../../../src/platform/logger.js';
import { migrate, openStore } from '../../../src/store/open-store.js';
import { FakeClock } from '../../support/fake-clock.js';
import { dice, play, type PlayParts, steps } from './histories.js';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '2000' }, seed: { type: 'string' }, path: { type: 'string' } },
});
const runs = Number(values.runs);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!(runs > 0) || !Number.isInteger(seed)) {
  process.stderr.write('Expected --runs and --seed to be integers.\n');
  process.exit(2);
}
const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'throughline-simulation-'));
const empty = join(folder, 'empty.db');
const began = performance.now();
let played = 0;
let stepsPlayed = 0;
let saidAt = began;
process.stdout.write(`${runs} histories, seed ${seed}\n`);
try {
  await migrate(`sqlite:${empty}`);
  await fc.assert(
    fc.asyncProperty(steps, dice, async (history, thrown) => {
      await inNewDatabase((parts) => play(parts, history, thrown));
      played += 1;
      stepsPlayed += history.length;
      if (performance.now() - saidAt > 30_000) say();
    }),
    { numRuns: runs, seed, ...(values.path === undefined ? {} : { path: values.path }) },
  );
  say();
  process.stdout.write('everything that was acknowledged is there, once\n');
} catch (error) {
  say();
  process.stdout.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function inNewDatabase(work: (parts: PlayParts) => Promise<unknown>): Promise<void> {
  const path = join(folder, 'throughline.db');
  await copyFile(empty, path);
  const clock = new FakeClock();
  const databaseUrl = `sqlite:${path}`;
  const store = await openStore({ databaseUrl, logger: silentLogger, clock });
  try {
    await work({ store, databaseUrl, clock });
  } finally {
    await store.close();
    await Promise.all(['', '-wal', '-shm'].map((end) => rm(`${path}${end}`, { force: true })));
  }
}

function say(): void {
  saidAt = performance.now();
  const seconds = (saidAt - began) / 1_000;
  const rate = ((played * 60) / seconds).toFixed(0);
  process.stdout.write(
    `${played} histories, ${stepsPlayed} steps, in ${seconds.toFixed(0)} s (${rate} a minute)\n`,
  );
}
