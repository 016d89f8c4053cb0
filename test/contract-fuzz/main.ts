// The long form of the contract fuzz: every operation gets so many valid requests and as many broken ones, made from its schema.
//
//   npm run test:contract-fuzz                           200 of each, on SQLite, another seed each time
//   npm run test:contract-fuzz -- --runs 50 --seed 7 --db postgres
//
// It prints a table: how many of the valid requests of each operation were done, and what the others were refused with.

import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string' },
    db: { type: 'string', default: 'sqlite' },
  },
});
const runs = Number(values.runs);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (
  !Number.isInteger(runs) ||
  runs < 1 ||
  !Number.isInteger(seed) ||
  !['sqlite', 'postgres'].includes(values.db)
) {
  process.stderr.write('Expected --runs and --seed to be integers and --db to be sqlite or postgres.\n');
  process.exit(2);
}
const tests = spawn(process.execPath, ['scripts/test.mjs', '--only', values.db, 'contract-fuzz'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    CONTRACT_FUZZ_RUNS: String(runs),
    CONTRACT_FUZZ_SEED: String(seed),
    CONTRACT_FUZZ_TABLE: '1',
    TEST_LIMIT_MS: String(4 * 60 * 60_000),
  },
});
tests.once('close', (code) => {
  process.exitCode = code ?? 1;
});
