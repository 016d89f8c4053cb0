import {
  closeSync,
  existsSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { resolve } from 'node:path';
import Database from 'better-sqlite3';
import { flushFolderOf, MissingFile, sealBackup } from './backup-file.js';
import { checkDatabase } from './check-database.js';

/** There is such a file, and it is to stay. */
export class FileExists extends Error {
  override readonly name = 'FileExists';
}

/** SQLite copies all pages in one step, of one committed state, while others read and write. */
const allPages = 0x7fff_ffff;

/**
 * Copies the database, of one moment, to a file that is complete, checked and on disk when it gets its name. A server that uses the
 * database goes on meanwhile. Answers the size in bytes.
 * @throws FileExists when there is such a file, unless it may be replaced.
 */
export async function backupSqlite(
  databasePath: string,
  target: string,
  options: { readonly replace: boolean },
): Promise<number> {
  if (!existsSync(databasePath))
    throw new MissingFile(`Expected a database at ${databasePath} but there is none.`);
  if (existsSync(target)) {
    if (realpathSync(target) === realpathSync(databasePath)) {
      throw new FileExists(`Expected another file than the database itself but found ${target}.`);
    }
    if (!options.replace)
      throw new FileExists(`Expected no file at ${target} but there is one; --force replaces it.`);
  }
  const partial = `${resolve(target)}.partial-${process.pid}`;
  try {
    closeSync(openSync(partial, 'wx', 0o600));
    await copyPages(databasePath, partial);
    checkDatabase(partial, { singleFile: true });
    sealBackup(partial);
    const { size } = statSync(partial);
    giveName(partial, target, options.replace);
    flushFolderOf(target);
    return size;
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(partial + suffix, { force: true });
  }
}

async function copyPages(databasePath: string, target: string): Promise<void> {
  const source = new Database(databasePath, { fileMustExist: true, timeout: 10_000 });
  try {
    await source.backup(target, { progress: () => allPages });
  } finally {
    source.close();
  }
}

/** A link fails where somebody else has made such a file meanwhile; a rename would replace it. */
function giveName(partial: string, target: string, replace: boolean): void {
  if (replace) return renameSync(partial, target);
  try {
    linkSync(partial, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new FileExists(`Expected no file at ${target} but there is one; --force replaces it.`);
  }
}
