import { sayHow } from './backup-command.js';
import { type Command, inWords, parseArguments, UsageError } from './command.js';
import { loadConfig } from './platform/config.js';
import { backupFailures, restoreDatabase } from './store/backup.js';

/** Puts a backup in the place of the database. */
export const restoreCommand: Command = {
  summary: 'put a backup in the place of the database, while no server runs',
  help: `Usage: throughline restore FILE [--unsealed]

Puts FILE, made by "throughline backup", in the place of the SQLite database of DATABASE_URL.
The former database is kept beside it as <database>.before-restore-<time>. Nothing is
changed when a server uses the database, or when FILE is damaged, is no database of
Throughline, or is one of a later release.

  --unsealed   take a copy made otherwise, which only SQLite's own check can tell to be sound

With PostgreSQL nothing is restored: the pg_restore command that does it is printed.

Ends with 0 when it is done, 1 when it was refused or failed, 2 for a wrong command line,
3 when the command to run is printed.
`,
  async run(args) {
    const options = { unsealed: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArguments(args, { options, allowPositionals: true });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) {
      throw new UsageError(`Expected one FILE but found ${positionals.length}.`);
    }
    const { databaseUrl } = loadConfig(process.env);
    const suffix = new Date().toISOString().replaceAll(/[^0-9TZ]/g, '');
    const result = await inWords(
      () => restoreDatabase(databaseUrl, file, { unsealed: values.unsealed, suffix }),
      backupFailures,
    );
    if ('command' in result) return sayHow(result.command);
    const { former } = result;
    process.stdout.write(`restored${former === undefined ? '' : `; the former database is ${former}`}\n`);
  },
};
