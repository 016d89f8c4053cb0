import Database from 'better-sqlite3';
import { StorageFull, StoreUnavailable } from '../../runtime/ports.js';

/** What makes the whole file unusable for now, whoever asked: the disk is full, broken, away or locked by a tool. */
const unavailableCodes = [
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_NOMEM',
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
  'SQLITE_CORRUPT',
  'SQLITE_NOTADB',
  'SQLITE_PROTOCOL',
];

/** {@link StoreUnavailable} with its cause where SQLite says that the file cannot be used; else undefined. */
export function unavailability(error: unknown): StoreUnavailable | undefined {
  if (error instanceof StoreUnavailable) return error;
  if (!(error instanceof Database.SqliteError)) return undefined;
  const { code, message } = error;
  if (!unavailableCodes.some((prefix) => code === prefix || code.startsWith(`${prefix}_`))) return undefined;
  const Unavailable = code === 'SQLITE_FULL' ? StorageFull : StoreUnavailable;
  return new Unavailable(`The SQLite database cannot be used: ${message} (${code}).`, { cause: error });
}
