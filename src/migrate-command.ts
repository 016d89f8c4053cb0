import { type Command, inWords, parseArguments } from './command.js';
import { loadConfig } from './platform/config.js';
import { backupFailures } from './store/backup.js';
import { migrate } from './store/open-store.js';

/** Brings the database to the schema of this release, without a server. */
export const migrateCommand: Command = {
  summary: 'bring the database to the schema of this release, and end',
  help: `Usage: throughline migrate

Runs the migrations that the database of DATABASE_URL has not had, as the server does at
its start, in one transaction. A SQLite database that a server uses, and a database of a
later release, are refused.
`,
  async run(args) {
    parseArguments(args, {});
    const { databaseUrl } = loadConfig(process.env);
    const names = await inWords(() => migrate(databaseUrl), backupFailures);
    for (const name of names) process.stdout.write(`${name}\n`);
    process.stdout.write('the database has the schema of this release\n');
  },
};
