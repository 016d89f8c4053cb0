import { parseArgs } from 'node:util';

/** What is measured, and against what. */
export interface BenchOptions {
  readonly db: 'sqlite' | 'postgres';
  /** Where the jobs of W1 are done: in the server's process, or by a worker process that BullMQ carries them to. */
  readonly queue: 'none' | 'redis';
  /** Runs of each workload; the median and the spread are shown. */
  readonly runs: number;
  /** Names of workloads; empty for all. */
  readonly only: readonly string[];
  /** Waiting process instances of another process, stored before the load begins. */
  readonly waiting: number;
  /** Also measures the home-made alternative: bpmn-engine behind the same route. */
  readonly peer: 'bpmn-engine' | undefined;
  /** Measures each workload with and without what a server in production has besides, in turn. */
  readonly compare: 'identity' | undefined;
  /** Multiplies how many instances a workload is made of, for a quick look. 1 gives the figures of the docs. */
  readonly scale: number;
}

const usage = `Expected: npm run bench -- --suite server [--db sqlite|postgres] [--queue none|redis] [--runs 3]
  [--only W1,W3] [--waiting 100000] [--peer bpmn-engine] [--compare identity] [--scale 1]`;

/** @throws Error with the usage for anything that it does not know. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      db: { type: 'string', default: 'sqlite' },
      queue: { type: 'string', default: 'none' },
      runs: { type: 'string', default: '3' },
      only: { type: 'string', default: '' },
      waiting: { type: 'string', default: '0' },
      peer: { type: 'string' },
      compare: { type: 'string' },
      scale: { type: 'string', default: '1' },
    },
  });
  const { db, queue, peer, compare } = values;
  if (db !== 'sqlite' && db !== 'postgres') throw new Error(usage);
  if (queue !== 'none' && queue !== 'redis') throw new Error(usage);
  if (peer !== undefined && peer !== 'bpmn-engine') throw new Error(usage);
  if (compare !== undefined && (compare !== 'identity' || peer !== undefined)) throw new Error(usage);
  const only = values.only.split(',').filter((name) => name !== '');
  return {
    db,
    queue,
    peer,
    compare,
    only,
    runs: amount(values.runs),
    waiting: amount(values.waiting),
    scale: amount(values.scale),
  };
}

function amount(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(usage);
  return value;
}
