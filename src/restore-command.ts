import { tellHow } from './backup-command.js';
import { command, inWords } from './cli/command.js';
import { exitCodes } from './cli/exit-codes.js';
import { loadConfig } from './platform/config.js';
import { backupFailures, restoreDatabase } from './store/backup.js';

/** Puts a backup in the place of the database. */
export const restoreCommand = command({
  summary: 'put a backup in the place of the database, while no server runs',
  usage: ['restore FILE [--unsealed]'],
  about: `Puts FILE, made by "throughline backup", in the place of the SQLite database of DATABASE_URL.
The former database is kept beside it as <database>.before-restore-<time>. Nothing is
changed when a server uses the database, or when FILE is damaged, is no database of
Throughline, or is one of a later release.

With PostgreSQL nothing is restored: the pg_restore command that does it is printed.`,
  options: {
    unsealed: {
      type: 'boolean',
      about: "take a copy made otherwise, which only SQLite's own check can tell to be sound",
    },
  },
  words: { min: 1, max: 1, expected: 'one FILE', areFiles: true },
  examples: ['throughline restore /var/backups/throughline.db'],
  async run({ values, words: [file = ''] }, terminal) {
    const { databaseUrl } = loadConfig(terminal.env);
    const { unsealed = false } = values;
    const suffix = new Date(terminal.now()).toISOString().replaceAll(/[^0-9TZ]/g, '');
    const result = await inWords(
      () => restoreDatabase(databaseUrl, file, { unsealed, suffix }),
      backupFailures,
    );
    if ('command' in result) return tellHow(result.command, terminal);
    const { former } = result;
    terminal.output.write(`restored${former === undefined ? '' : `; the former database is ${former}`}\n`);
    return exitCodes.done;
  },
});
