import { command, inWords } from './cli/command.js';
import { loadConfig } from './platform/config.js';
import { backupFailures } from './store/backup.js';
import { migrate } from './store/open-store.js';

/** Brings the database to the schema of this release, without a server. */
export const migrateCommand = command({
  summary: 'bring the database to the schema of this release, and end',
  usage: ['migrate'],
  about: `Runs the migrations that the database of DATABASE_URL has not had, as the server does at
its start, in one transaction. A SQLite database that a server uses, and a database of a
later release, are refused. Process instances are moved by "throughline migrate-instances".`,
  options: {},
  words: { min: 0, max: 0, expected: 'nothing else' },
  examples: ['throughline migrate'],
  async run(_given, { env, output }) {
    const { databaseUrl } = loadConfig(env);
    const names = await inWords(() => migrate(databaseUrl), backupFailures);
    for (const name of names) output.write(`${name}\n`);
    output.write('the database has the schema of this release\n');
  },
});
