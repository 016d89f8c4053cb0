import { type Command, inWords, parseArguments, UsageError } from './command.js';
import { loadConfig } from './platform/config.js';
import { backupDatabase, backupFailures } from './store/backup.js';

/** What a command ends with that has only said how it is done. */
export const SAID_HOW = 3;

/** Copies the database while the server runs. */
export const backupCommand: Command = {
  summary: 'copy the database to a file while the server runs',
  help: `Usage: throughline backup FILE [--force]

Copies the SQLite database of DATABASE_URL, as it is at one moment, to FILE, while a server
uses it. The copy is checked and on disk before it gets its name.

  --force   replace FILE

With PostgreSQL nothing is copied: the pg_dump command that does it is printed.

Ends with 0 when FILE is there, 1 when the copy failed, 2 for a wrong command line,
3 when the command to run is printed.
`,
  async run(args) {
    const options = { force: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArguments(args, { options, allowPositionals: true });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) {
      throw new UsageError(`Expected one FILE but found ${positionals.length}.`);
    }
    const { databaseUrl } = loadConfig(process.env);
    const result = await inWords(
      () => backupDatabase(databaseUrl, file, { replace: values.force }),
      backupFailures,
    );
    if ('command' in result) return sayHow(result.command);
    process.stdout.write(`${file}: ${result.bytes} bytes, checked\n`);
  },
};

/** The command alone goes to standard output, so that it can be run from there. */
export function sayHow(command: string): void {
  process.stderr.write('PostgreSQL has tools of its own for this; run (with PGPASSWORD or ~/.pgpass):\n');
  process.stdout.write(`${command}\n`);
  process.exitCode = SAID_HOW;
}
