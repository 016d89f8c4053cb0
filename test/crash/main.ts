// Servers and workers are killed under load, databases and queues taken away; then it is checked that nothing was lost or done twice.
//
//   npm run test:crash                                        20 rounds on SQLite, another seed each time; prints it
//   npm run test:crash -- --rounds 5 --seed 7
//   npm run test:crash -- --db postgres --queue redis         two servers and a worker
//   npm run test:crash -- --rounds 1 --kills 50 --clients 64  SIGKILLs at random moments, under much load
//   npm run test:crash -- --rounds 1 --queue redis --redis-away 60
//
// A round that fails leaves its folder: the database, the log of each process, and what the clients were told.

import { seedOf } from '../fuzz/random.js';
import { crashArguments } from './crash-options.js';
import { playRound, RoundFailed, type RoundReport } from './crash-round.js';

const options = readOptions();
const { rounds, database, queue, kills, clients, redisAwayMs } = options;
const runSeed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
const startedAt = performance.now();
const total = new Map<string, number>();
let failed = 0;

say(`${rounds} rounds on ${database}, queue ${queue}, seed ${runSeed}`);
for (let round = 0; round < rounds; round++) {
  const seed = seedOf(runSeed, round);
  try {
    const report = await playRound({ database, queue, kills, clients, redisAwayMs, seed });
    for (const [where, count] of report.deaths) total.set(where, (total.get(where) ?? 0) + count);
    for (const fault of report.faults) total.set(fault, (total.get(fault) ?? 0) + 1);
    say(`round ${round + 1}: ${lineOf(report)}`);
  } catch (error) {
    if (!(error instanceof RoundFailed)) throw error;
    failed += 1;
    say(`round ${round + 1} FAILED: ${error.message}\n${textOf(error.cause)}`);
  }
}
say(`\n${[...total].map(([what, count]) => `${what} ${count}`).join(', ')}`);
say(`${((performance.now() - startedAt) / 1_000).toFixed(0)} s, seed ${runSeed}`);
say(`${rounds - failed} rounds passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function lineOf({ commands, answersPerSecond, unknown, orders, deaths, drainMs }: RoundReport): string {
  const ends = [...deaths.values()].reduce((sum, count) => sum + count, 0);
  return `${commands} commands, ${answersPerSecond.toFixed(0)} answers/s, ${unknown} attempts without an answer, ${orders} orders, ${ends} ends, drained in ${(drainMs / 1_000).toFixed(1)} s`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function readOptions(): ReturnType<typeof crashArguments> {
  try {
    return crashArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
