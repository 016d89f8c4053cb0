import type { Command } from './command.js';

/** A row of the table: loaded when it is asked for, so that `--help` needs no database driver. */
export interface CommandRow {
  readonly name: string;
  readonly load: () => Promise<Command>;
}

/** What `throughline` knows to do here, in the order of `throughline --help`. The first is done when none is named. */
export const commands: readonly [CommandRow, ...CommandRow[]] = [
  { name: 'serve', load: async () => (await import('./serve-command.js')).serveCommand },
  { name: 'worker', load: async () => (await import('./worker-command.js')).workerCommand },
  { name: 'migrate', load: async () => (await import('./migrate-command.js')).migrateCommand },
  { name: 'keys', load: async () => (await import('./keys-command.js')).keysCommand },
  { name: 'backup', load: async () => (await import('./backup-command.js')).backupCommand },
  { name: 'restore', load: async () => (await import('./restore-command.js')).restoreCommand },
];
