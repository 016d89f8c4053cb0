import Database from 'better-sqlite3';
import { DamagedBackup } from './backup-file.js';

/** The file is a database, but none of ours. */
export class ForeignDatabase extends Error {
  override readonly name = 'ForeignDatabase';
}

/**
 * Holds a database file against itself (`PRAGMA integrity_check`) and answers the migrations that it has had.
 * @param options.singleFile takes it out of write-ahead logging, so that all of it is in the one file.
 * @throws DamagedBackup, ForeignDatabase
 */
export function checkDatabase(path: string, options: { readonly singleFile: boolean }): readonly string[] {
  try {
    const database = new Database(path, { fileMustExist: true });
    try {
      if (options.singleFile) database.pragma('journal_mode = DELETE');
      const found = database.pragma('integrity_check(10)', { simple: true });
      if (found !== 'ok') throw new DamagedBackup(`Expected a sound database but found: ${String(found)}`);
      return migrationsOf(database);
    } finally {
      database.close();
    }
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    if (error.code === 'SQLITE_NOTADB')
      throw new ForeignDatabase('Expected an SQLite database but found another file.');
    if (error.code.startsWith('SQLITE_CORRUPT')) {
      throw new DamagedBackup(`Expected a sound database but found: ${error.message}`);
    }
    throw error;
  }
}

function migrationsOf(database: Database.Database): readonly string[] {
  const find = database.prepare<[], { name: string }>(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('schema_migration', 'process_instance')`,
  );
  if (find.all().length < 2) {
    throw new ForeignDatabase('Expected a database of Throughline but its tables are others.');
  }
  const rows = database.prepare<[], { name: string }>('SELECT name FROM schema_migration ORDER BY id').all();
  return rows.map(({ name }) => name);
}
