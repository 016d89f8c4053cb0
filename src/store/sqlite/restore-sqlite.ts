import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { flushFolderOf, MissingFile, unsealBackup } from './backup-file.js';
import { checkDatabase } from './check-database.js';
import { lockSqliteFile } from './sqlite-file-lock.js';

export interface RestoreOptions {
  /** Takes a database file that was copied otherwise: it is checked, but nothing tells of bits that have flipped in its data. */
  readonly unsealed: boolean;
  /** Throws where the database is of a later release. */
  checkMigrations(names: readonly string[]): void;
  /** Names what was there before: `<database>.before-restore-<suffix>`. */
  readonly suffix: string;
}

/**
 * Puts a backup in the place of the database, which no server uses meanwhile. The backup is copied and checked before anything is
 * changed. Answers where the former database is now; undefined where there was none.
 * @throws DatabaseInUse, DamagedBackup, ForeignDatabase, and what `checkMigrations` throws.
 */
export function restoreSqlite(
  backup: string,
  databasePath: string,
  options: RestoreOptions,
): string | undefined {
  if (!existsSync(backup)) throw new MissingFile(`Expected a backup at ${backup} but there is none.`);
  const lock = lockSqliteFile(databasePath);
  const copy = `${resolve(databasePath)}.restoring-${process.pid}`;
  try {
    if (options.unsealed) copyFileSync(backup, copy);
    else unsealBackup(backup, copy);
    options.checkMigrations(checkDatabase(copy, { singleFile: true }));
    const former = existsSync(databasePath) ? `${databasePath}.before-restore-${options.suffix}` : undefined;
    if (former !== undefined) putAside(databasePath, former);
    renameSync(copy, databasePath);
    flushFolderOf(databasePath);
    return former;
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(copy + suffix, { force: true });
    lock.release();
  }
}

/** With its write-ahead log, in which its last commits may be; the shared memory beside it is made anew. */
function putAside(databasePath: string, former: string): void {
  renameSync(databasePath, former);
  if (existsSync(`${databasePath}-wal`)) renameSync(`${databasePath}-wal`, `${former}-wal`);
  rmSync(`${databasePath}-shm`, { force: true });
}
