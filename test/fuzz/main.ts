// The mutation fuzzer: makes files of our own models, reads them, runs what deploys, and fails for what must never be.
//
//   npm run test:fuzz                        20,000 files, another seed each time; prints it
//   npm run test:fuzz -- --files 500 --seed 7
//
// A file that fails is written to reports/fuzz/, beside a smaller one that fails in the same way.

import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Tally } from './tally.js';
import { kindOf } from './shrink.js';
import type { Assignment, Report } from './worker.js';

const workers = 2;
const restShare = 50;
/** A step of a file that takes longer hangs; checks of processor time report slow ones before. */
const hangMs = 120_000;
const folder = join(import.meta.dirname, '../../reports/fuzz');

const { values } = parseArgs({ options: { files: { type: 'string' }, seed: { type: 'string' } } });
const files = Number(values.files ?? 20_000);
const runSeed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!Number.isSafeInteger(files) || !Number.isSafeInteger(runSeed)) {
  process.stderr.write('Expected --files and --seed to be followed by integers.\n');
  process.exit(2);
}

const tally = new Tally();
const failures = new Map<string, number[]>();
const startedAt = performance.now();

say(`${files} files, seed ${runSeed}`);
await Promise.all(
  Array.from({ length: workers }, (_, first) =>
    complete({ runSeed, first, end: files, step: workers, restShare }),
  ),
);
say(`\n${String(tally)}`);
say(`${((performance.now() - startedAt) / 1_000).toFixed(0)} s, seed ${runSeed}`);
for (const [kind, indices] of failures) {
  say(
    `\nFAILED ${indices.length} times: ${kind}\n  files ${indices.slice(0, 10).join(', ')} of seed ${runSeed}`,
  );
}
say(`\n${tally.files} files passed, ${[...failures.values()].flat().length} failed`);
process.exitCode = failures.size > 0 || tally.files === 0 ? 1 : 0;

/** Has worker processes do an assignment; where one hangs or dies, another goes on behind that file. */
async function complete(assignment: Assignment): Promise<void> {
  for (let left: Assignment | undefined = assignment; left !== undefined;) left = await runWorker(left);
}

function runWorker(assignment: Assignment): Promise<Assignment | undefined> {
  return new Promise((resolve, reject) => {
    const worker = fork(join(import.meta.dirname, 'worker.ts'), {
      execArgv: ['--import', 'tsx'],
    });
    let at: number | undefined;
    let step = '';
    let isHanging = false;
    const hang = () => {
      isHanging = true;
      worker.kill('SIGKILL');
    };
    let watch = setTimeout(hang, hangMs);
    worker.once('error', reject);
    worker.on('message', (report: Report) => {
      clearTimeout(watch);
      watch = setTimeout(hang, hangMs);
      at = report.index;
      if (report.kind === 'does') ({ step } = report);
      else take(report);
    });
    worker.once('exit', (code, signal) => {
      clearTimeout(watch);
      if (code === 0) return resolve(undefined);
      if (at === undefined) return reject(new Error('A worker process ended before its first file.'));
      const why = isHanging ? `hangs for more than ${hangMs} ms` : `dies with ${code ?? signal}`;
      record(`${why} at ${step}`, at);
      resolve({ ...assignment, first: at + assignment.step });
    });
    worker.send(assignment);
  });
}

function take(report: Exclude<Report, { kind: 'does' }>): void {
  if (report.kind === 'done') {
    tally.add(report.verdict);
    if (report.overRest) tally.overRest += 1;
    if (tally.files % 1_000 === 0) say(`${tally.files} …`);
    return;
  }
  const { index, error, xml, shrunk, model } = report;
  record(kindOf(error), index);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${runSeed}-${index}`);
  writeFileSync(`${path}.bpmn`, xml);
  writeFileSync(`${path}.small.bpmn`, shrunk);
  writeFileSync(`${path}.txt`, `made of ${model}\n${error}\n`);
  say(`file ${index} failed: ${kindOf(error)}\n  ${path}.small.bpmn`);
}

function record(kind: string, index: number): void {
  failures.set(kind, [...(failures.get(kind) ?? []), index]);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
