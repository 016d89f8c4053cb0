import { createHash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A backup file is the SQLite database with one line behind it: the SHA-256 of everything before. SQLite reads as many pages as its
 * header says and leaves the line alone, so that any tool opens a backup; a bit that has flipped anywhere shows.
 */
const sealLead = '\nthroughline backup 1 sha256 ';
const sealBytes = sealLead.length + 64 + 1;
const chunkBytes = 1024 * 1024;

/** There is no such file. */
export class MissingFile extends Error {
  override readonly name = 'MissingFile';
}

/** The file is no backup, or has been changed since it was made. */
export class DamagedBackup extends Error {
  override readonly name = 'DamagedBackup';
}

/** Writes the seal behind a complete database file and flushes both to disk. */
export function sealBackup(path: string): void {
  const file = openSync(path, 'r+');
  try {
    const { size } = fstatSync(file);
    writeSync(file, `${sealLead}${digestOf(file, size)}\n`, size);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Copies the database of a sealed backup to a new file, flushed to disk.
 * @throws DamagedBackup when the seal is missing or does not fit.
 */
export function unsealBackup(path: string, target: string): void {
  const file = openSync(path, 'r');
  try {
    const bytes = fstatSync(file).size - sealBytes;
    const seal = Buffer.alloc(sealBytes);
    if (bytes > 0) readSync(file, seal, 0, sealBytes, bytes);
    const text = seal.toString('latin1');
    if (bytes <= 0 || !text.startsWith(sealLead)) {
      throw new DamagedBackup(
        `Expected a backup made by "throughline backup" but ${path} does not end like one.`,
      );
    }
    const expected = text.slice(sealLead.length, -1);
    const copy = openSync(target, 'wx', 0o600);
    try {
      const found = digestOf(file, bytes, (chunk) => writeAll(copy, chunk));
      if (found !== expected) {
        throw new DamagedBackup(
          `Expected ${path} to be as it was written but it has been changed or damaged: its SHA-256 is ${found}, its seal says ${expected}.`,
        );
      }
      fsyncSync(copy);
    } finally {
      closeSync(copy);
    }
  } finally {
    closeSync(file);
  }
}

/** Makes names in a folder as durable as what they name. */
export function flushFolderOf(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function digestOf(file: number, bytes: number, take: (chunk: Uint8Array) => void = () => undefined): string {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(chunkBytes);
  for (let at = 0; at < bytes;) {
    const length = readSync(file, buffer, 0, Math.min(chunkBytes, bytes - at), at);
    if (length === 0) throw new DamagedBackup(`Expected ${bytes} bytes but the file ends after ${at}.`);
    const chunk = buffer.subarray(0, length);
    hash.update(chunk);
    take(chunk);
    at += length;
  }
  return hash.digest('hex');
}

function writeAll(file: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at);
}
