import { command, inWords } from './cli/command.js';
import { exitCodes } from './cli/exit-codes.js';
import type { Terminal } from './cli/terminal.js';
import { loadConfig } from './platform/config.js';
import { backupDatabase, backupFailures } from './store/backup.js';

/** Copies the database while the server runs. */
export const backupCommand = command({
  summary: 'copy the database to a file while the server runs',
  usage: ['backup FILE [--force]'],
  about: `Copies the SQLite database of DATABASE_URL, as it is at one moment, to FILE, while a server
uses it. The copy is checked and on disk before it gets its name.

With PostgreSQL nothing is copied: the pg_dump command that does it is printed.`,
  options: { force: { type: 'boolean', about: 'replace FILE' } },
  words: { min: 1, max: 1, expected: 'one FILE', areFiles: true },
  examples: ['throughline backup /var/backups/throughline.db'],
  async run({ values, words: [file = ''] }, terminal) {
    const { databaseUrl } = loadConfig(terminal.env);
    const { force = false } = values;
    const result = await inWords(() => backupDatabase(databaseUrl, file, { replace: force }), backupFailures);
    if ('command' in result) return tellHow(result.command, terminal);
    terminal.output.write(`${file}: ${result.bytes} bytes, checked\n`);
    return exitCodes.done;
  },
});

/** The command alone goes to standard output, so that it can be run from there. */
export function tellHow(line: string, { output, errors }: Terminal) {
  errors.write('PostgreSQL has tools of its own for this; run (with PGPASSWORD or ~/.pgpass):\n');
  output.write(`${line}\n`);
  return exitCodes.toldHow;
}
