import { workloads } from './bench-workloads.js';
import type { BenchOptions } from './bench-options.js';
import { createDatabase } from './bench-database.js';
import { startProcess } from './server-under-test.js';
import { shownTable } from '../table.js';

/** What the home-made alternative reaches, beside our median of the same run. */
export interface PeerFigure {
  readonly workload: string;
  readonly figure: string;
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
}

/** The workloads that the alternative has routes for. It reaches so little that it is given a tenth of the instances. */
const shared = ['W1', 'W3'];
const peerScale = 0.05;

/** Runs the same load against bpmn-engine over SQLite behind Express, in the same run. */
export async function measurePeer(
  options: BenchOptions,
  ours: readonly { readonly workload: string; readonly figure: string; readonly median: number }[],
): Promise<readonly PeerFigure[]> {
  const figures: PeerFigure[] = [];
  for (const workload of workloads.filter(({ name }) => shared.includes(name))) {
    const own = ours.find((figure) => figure.workload === workload.name);
    if (!own) continue;
    const database = await createDatabase('sqlite');
    const env = { ...process.env, DATABASE_URL: database.databaseUrl };
    const script = new URL('./peer-server.js', import.meta.url).pathname;
    const { url, child } = await startProcess([], env, script);
    try {
      const { values } = await workload.run({ url }, peerScale * options.scale);
      const [peer = NaN] = values;
      const { workload: name, figure, median } = own;
      figures.push({ workload: name, figure, ours: median, peer, ratio: Math.round(median / peer) });
    } finally {
      child.kill('SIGKILL');
      await database.remove();
    }
  }
  const rows = figures.map(({ workload, figure, ours, peer, ratio }) => [
    workload,
    figure,
    ours,
    peer,
    `${ratio}x`,
  ]);
  const columns = ['', 'figure', 'Throughline', 'bpmn-engine + SQLite', 'ratio'];
  console.log(shownTable({ title: 'Beside bpmn-engine, its state saved after each command', columns, rows }));
  return figures;
}
