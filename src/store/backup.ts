import { databaseLocation } from './database-url.js';
import { expectKnownMigrations, NewerDatabase } from './migrate.js';
import { DamagedBackup, MissingFile } from './sqlite/backup-file.js';
import { backupSqlite, FileExists } from './sqlite/backup-sqlite.js';
import { ForeignDatabase } from './sqlite/check-database.js';
import { restoreSqlite } from './sqlite/restore-sqlite.js';
import { DatabaseInUse } from './sqlite/sqlite-file-lock.js';

/** What an operator can do something about. */
export const backupFailures = [
  DamagedBackup,
  DatabaseInUse,
  FileExists,
  ForeignDatabase,
  MissingFile,
  NewerDatabase,
] as const;

/** What PostgreSQL's own tool is called with, for a shell; never with a password. */
export interface CommandToRun {
  readonly command: string;
}

/** Copies a SQLite database to a file, see {@link backupSqlite}; for PostgreSQL it says how that is done. */
export async function backupDatabase(
  databaseUrl: string,
  file: string,
  options: { readonly replace: boolean },
): Promise<{ readonly bytes: number } | CommandToRun> {
  const location = databaseLocation(databaseUrl);
  if (location.kind === 'sqlite') return { bytes: await backupSqlite(location.path, file, options) };
  const url = quoted(withoutPassword(location.url));
  const dump = `pg_dump --format=custom --file=${quoted(file)} --dbname=${url}`;
  return { command: `${dump} && sha256sum ${quoted(file)} > ${sealOf(file)}` };
}

/** Puts a backup in the place of a SQLite database, see {@link restoreSqlite}; for PostgreSQL it says how that is done. */
export function restoreDatabase(
  databaseUrl: string,
  file: string,
  options: { readonly unsealed: boolean; readonly suffix: string },
): { readonly former: string | undefined } | CommandToRun {
  const location = databaseLocation(databaseUrl);
  if (location.kind === 'sqlite') {
    const checkMigrations = expectKnownMigrations;
    return { former: restoreSqlite(file, location.path, { ...options, checkMigrations }) };
  }
  const url = quoted(withoutPassword(location.url));
  const check = options.unsealed ? '' : `sha256sum --check --quiet ${sealOf(file)} && `;
  const restore = 'pg_restore --clean --if-exists --exit-on-error --single-transaction';
  return { command: `${check}${restore} --dbname=${url} ${quoted(file)}` };
}

/** A dump has no checksum of its own: its list of contents may be damaged without `pg_restore` telling. */
function sealOf(file: string): string {
  return quoted(`${file}.sha256`);
}

function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.password = '';
  url.searchParams.delete('password');
  return url.href;
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
