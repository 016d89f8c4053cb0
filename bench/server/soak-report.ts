import type { Table } from '../table.js';

/** What was seen at the end of one interval. */
export interface Sample {
  /** Since the load began. */
  readonly seconds: number;
  readonly residentMb: number;
  /** Without the connections of the load. */
  readonly openFiles: number;
  readonly answered: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

type Figure = 'residentMb' | 'openFiles' | 'p50Ms' | 'p99Ms';

/** A figure in the middle and in the last third of a run. The first third is for caches and the compiler to fill. */
export interface Trend {
  readonly name: string;
  readonly middle: number;
  readonly last: number;
  readonly isFlat: boolean;
}

/** How much the median of the last third may lie above that of the middle third. */
const figures: readonly {
  readonly figure: Figure;
  readonly name: string;
  readonly share: number;
  readonly most: number;
}[] = [
  { figure: 'residentMb', name: 'resident, MiB', share: 0.05, most: 5 },
  { figure: 'openFiles', name: 'open files and sockets', share: 0, most: 2 },
  { figure: 'p50Ms', name: 'start p50, ms', share: 0.25, most: 1 },
  { figure: 'p99Ms', name: 'start p99, ms', share: 0.25, most: 5 },
];

export function trendsOf(samples: readonly Sample[]): readonly Trend[] {
  const third = Math.floor(samples.length / 3);
  const [middles, lasts] = [samples.slice(third, 2 * third), samples.slice(samples.length - third)];
  return figures.map(({ figure, name, share, most }) => {
    const middle = medianOf(middles.map((sample) => sample[figure]));
    const last = medianOf(lasts.map((sample) => sample[figure]));
    return { name, middle, last, isFlat: last <= middle * (1 + share) + most };
  });
}

/** At most so many rows, at equal distances. */
const rowsMax = 20;

export function sampleTable(samples: readonly Sample[], title: string): Table {
  const every = Math.max(1, Math.ceil(samples.length / rowsMax));
  const shown = samples.filter((_, index) => (index + 1) % every === 0);
  const rows = shown.map(({ seconds, answered, residentMb, openFiles, p50Ms, p99Ms }) => [
    ...[Math.round(seconds), answered, residentMb, openFiles, p50Ms, p99Ms],
  ]);
  const columns = ['s', 'starts', 'MiB resident', 'open files', 'p50 ms', 'p99 ms'];
  return { title, columns, rows };
}

const [width, height, left] = [640, 90, 150];

/** The curves, one above the other, each from 0 to its highest value. */
export function sampleSvg(samples: readonly Sample[]): string {
  const curves = figures.map(({ figure, name }, index) => {
    const values = samples.map((sample) => sample[figure]);
    const highest = Math.max(...values, 1);
    const bottom = (index + 1) * height - 12;
    const points = values.map((value, at) => {
      const x = left + (at / Math.max(1, values.length - 1)) * (width - left - 10);
      return `${x.toFixed(1)},${(bottom - (value / highest) * (height - 30)).toFixed(1)}`;
    });
    return `<text x="8" y="${bottom - 30}">${name}</text><text x="8" y="${bottom - 12}">up to ${highest}</text>
<path d="M${left} ${bottom}H${width - 10}" stroke="#999"/>
<polyline points="${points.join(' ')}" fill="none" stroke="#2563eb" stroke-width="1.5"/>`;
  });
  const all = height * figures.length;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${all}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${all}" fill="#fff"/>
${curves.join('\n')}
</svg>
`;
}

/** The value below which that share of the values is; sorts them in place. */
export function quantile(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  return Number((values[Math.floor(values.length * share)] ?? NaN).toFixed(1));
}

function medianOf(values: readonly number[]): number {
  return quantile([...values], 0.5);
}
