import { medianOf } from '../median-of.js';
import { shownTable } from '../table.js';
import type { BenchOptions } from './bench-options.js';
import type { Workload } from './bench-workloads.js';
import { runWorkload, type WorkloadOutcome } from './run-workload.js';

/** A figure with what a server in production has besides, beside the same without. */
export interface ComparedFigure {
  readonly workload: string;
  readonly figure: string;
  readonly without: readonly number[];
  readonly with: readonly number[];
  /** How much of the rate is left: the median of the pairs. */
  readonly share: number;
  readonly reached: boolean;
  readonly cpuMicros: { readonly without: number; readonly with: number };
}

const targetShare = 0.8;

/** Runs each workload without and with identity, events and metrics, in turn, in one go. */
export async function compareIdentity(
  chosen: readonly Workload[],
  options: BenchOptions,
): Promise<readonly ComparedFigure[]> {
  const compared: ComparedFigure[] = [];
  for (const workload of chosen) {
    const without: WorkloadOutcome[] = [];
    const withIt: WorkloadOutcome[] = [];
    for (let n = 1; n <= options.runs; n += 1) {
      without.push(await runWorkload(workload, options));
      withIt.push(await runWorkload(workload, options, { identity: true }));
      console.log(shownPair(workload.name, n, without.at(-1), withIt.at(-1)));
    }
    compared.push(...figuresOf(workload, without, withIt));
  }
  print(compared, options);
  return compared;
}

function shownPair(name: string, n: number, without?: WorkloadOutcome, withIt?: WorkloadOutcome): string {
  const { eventsTold = 0, scrapes = 0 } = withIt?.company ?? {};
  const values = [without, withIt].map((run) => run?.values.join(', ')).join(' without, ');
  return `${name} run ${n}: ${values} with (${eventsTold} events told, ${scrapes} scrapes)`;
}

function figuresOf(
  workload: Workload,
  without: readonly WorkloadOutcome[],
  withIt: readonly WorkloadOutcome[],
): readonly ComparedFigure[] {
  return workload.figures.map(({ name, isBetter }, index) => {
    const valuesOf = (runs: readonly WorkloadOutcome[]) => runs.map(({ values }) => values[index] ?? NaN);
    const [bare, full] = [valuesOf(without), valuesOf(withIt)];
    // Of each pair, since a machine becomes slower and quicker.
    const ratios = full.map((value, run) => value / (bare[run] ?? NaN));
    const share = medianOf(isBetter === 'higher' ? ratios : ratios.map((ratio) => 1 / ratio));
    return {
      workload: workload.name,
      figure: name,
      without: bare,
      with: full,
      share,
      reached: share >= targetShare,
      cpuMicros: {
        without: medianOf(without.map(({ cpuMicros }) => cpuMicros)),
        with: medianOf(withIt.map(({ cpuMicros }) => cpuMicros)),
      },
    };
  });
}

function print(figures: readonly ComparedFigure[], { db, runs }: BenchOptions): void {
  const title = `With an API key, a stream of all events and scrapes every 5 s: ${db}, ${runs} runs each in turn`;
  const columns = ['', 'figure', 'without', 'with', 'left', '≥ 80 %', 'CPU µs each without', 'with'];
  const rows = figures.map(({ workload, figure, without, with: full, share, reached, cpuMicros }) => [
    workload,
    figure,
    medianOf(without),
    medianOf(full),
    `${Math.round(share * 100)} %`,
    reached ? 'yes' : 'NO',
    cpuMicros.without,
    cpuMicros.with,
  ]);
  const notes = [
    'Without: development mode. The audit log is written in both, since it cannot be turned off;',
    'npm run bench -- --suite identity tells what its entries cost.',
  ];
  console.log(shownTable({ title, columns, rows, notes }));
}
