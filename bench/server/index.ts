/** The server over REST, workload by workload, each run on a database and a server process of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { shownTable } from '../table.js';
import { medianOf } from '../median-of.js';
import { compareIdentity } from './bench-compare.js';
import { type BenchOptions, readOptions } from './bench-options.js';
import { type Workload, workloads } from './bench-workloads.js';
import { measurePeer } from './bench-peer.js';
import { runWorkload } from './run-workload.js';

interface Measured {
  readonly workload: string;
  readonly figure: string;
  readonly unit: string;
  readonly runs: readonly number[];
  readonly median: number;
  readonly target: number;
  readonly reached: boolean;
  /** Processor time of the server process, all its threads, per instance, message or timer. */
  readonly cpuMicros: number;
  readonly mostResidentMb: number;
}

const options = readOptions(process.argv.slice(2));
const chosen = workloads.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
const about = { options, node: process.version, cpus: cpus().length };
if (options.compare === 'identity') {
  const compared = await compareIdentity(chosen, options);
  writeJson(`compare-${options.db}`, { ...about, compared });
} else {
  const measured: Measured[] = [];
  for (const workload of chosen) measured.push(...(await measure(workload, options)));
  print(measured);
  const peer = options.peer === undefined ? undefined : await measurePeer(options, measured);
  writeJson(`${options.db}-${options.queue}-${options.waiting}`, {
    ...about,
    measured,
    ...(peer && { peer }),
  });
}

async function measure(workload: Workload, given: BenchOptions): Promise<readonly Measured[]> {
  const runs: (readonly number[])[] = [];
  const cpuMicros: number[] = [];
  let mostResidentMb = 0;
  for (let n = 1; n <= given.runs; n++) {
    const run = await runWorkload(workload, given);
    runs.push(run.values);
    cpuMicros.push(run.cpuMicros);
    mostResidentMb = Math.max(mostResidentMb, run.mostResidentMb);
    console.log(
      `${workload.name} run ${n}: ${(runs.at(-1) ?? []).join(', ')} (${cpuMicros.at(-1)} µs of processor time each)`,
    );
  }
  return workload.figures.map(({ name, unit, isBetter, ...targets }, index) => {
    const values = runs.map((values) => values[index] ?? NaN);
    const median = medianOf(values);
    const { [given.db]: target } =
      (given.queue === 'none' ? undefined : targets.targetWithQueue) ?? targets.target;
    const reached = isBetter === 'higher' ? median >= target : median <= target;
    const figure = { workload: workload.name, figure: name, unit, runs: values, median };
    return { ...figure, target, reached, cpuMicros: medianOf(cpuMicros), mostResidentMb };
  });
}

function print(figures: readonly Measured[]): void {
  const { db, queue, waiting } = options;
  const rows = figures.map(
    ({ workload, figure, runs, median, target, reached, cpuMicros, mostResidentMb }) => [
      workload,
      workloads.find(({ name }) => name === workload)?.title ?? '',
      figure,
      median,
      `${Math.min(...runs)} … ${Math.max(...runs)}`,
      target,
      reached ? 'yes' : 'NO',
      cpuMicros,
      mostResidentMb,
    ],
  );
  const columns = [
    '',
    'workload',
    'figure',
    'median',
    'spread',
    'target',
    'reached',
    'CPU µs each',
    'MiB resident',
  ];
  const title = `Over REST: ${db}, queue ${queue}, ${waiting.toLocaleString('en-US')} other instances waiting`;
  console.log(shownTable({ title, columns, rows }));
}

function writeJson(name: string, report: object): void {
  mkdirSync('reports', { recursive: true });
  const file = `reports/bench-server-${name}.json`;
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
  console.log(`\nWritten to ${file}`);
}
