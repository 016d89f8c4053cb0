import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';

/** Another process, or another store of this one, uses the file. */
export class DatabaseInUse extends Error {
  override readonly name = 'DatabaseInUse';
}

/** The right to be the only server on a SQLite file. */
export interface FileLock {
  release(): void;
}

/**
 * Makes this process the only server on the file, until it releases the lock or ends in whatever way. The lock is an
 * exclusive transaction on a second, empty database beside it: an operating system's lock, which no crash leaves behind,
 * while the database itself stays open to readers such as backups. Makes the folder if there is none.
 * @throws DatabaseInUse at once when another has it.
 */
export function lockSqliteFile(path: string): FileLock {
  mkdirSync(dirname(resolve(path)), { recursive: true });
  const lockPath = `${path}-lock`;
  const holder = new Database(lockPath, { timeout: 0 });
  try {
    holder.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    holder.close();
    if (!(error instanceof Database.SqliteError) || !error.code.startsWith('SQLITE_BUSY')) throw error;
    throw new DatabaseInUse(
      `Expected to be the only server on ${path}, but another process uses it (it holds ${lockPath}). ` +
        'A SQLite database has one server; several nodes need PostgreSQL.',
    );
  }
  return { release: () => holder.close() };
}
