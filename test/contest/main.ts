// Two nodes on one PostgreSQL, 32 clients that race for the same three instances on both; then it is checked that what was acknowledged
// is there, once.
//
//   npm run test:contest                        100,000 commands, another seed each time; prints it
//   npm run test:contest -- --commands 5000 --seed 7
//
// It starts a PostgreSQL of its own.

import { parseArgs } from 'node:util';
import { migrate } from '../../src/store/open-store.js';
import { startPostgres } from '../support/services/postgres-service.js';
import { playContest } from './contest.js';

const { values } = parseArgs({
  options: { commands: { type: 'string', default: '100000' }, seed: { type: 'string' } },
});
const commands = Number(values.commands);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!(commands > 0) || !Number.isInteger(seed)) {
  process.stderr.write('Expected --commands and --seed to be integers.\n');
  process.exit(2);
}
const postgres = await startPostgres();
if (!postgres.available) {
  process.stderr.write(`There is no PostgreSQL to be started: ${postgres.reason}.\n`);
  process.exit(2);
}
process.stdout.write(`${commands} commands, seed ${seed}\n`);
try {
  await migrate(postgres.url);
  const report = await playContest({ databaseUrl: postgres.url, commands, seed });
  const rate = (report.commands / report.seconds).toFixed(0);
  process.stdout.write(
    `${report.commands} commands, ${report.lost} of them lost a race, in ${report.seconds.toFixed(0)} s (${rate}/s)\n` +
      'everything that was acknowledged is there, once\n',
  );
} finally {
  await postgres.close();
}
