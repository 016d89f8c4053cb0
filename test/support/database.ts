import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../src/platform/logger.js';
import type { Store } from '../../src/runtime/ports.js';
import { openStore } from '../../src/store/open-store.js';

/** A store with an empty database of its own. */
export interface TestStore {
  readonly store: Store;
  /** For a second store on the same database (PostgreSQL), or the next one after a restart (both). */
  readonly databaseUrl: string;
  /** Closes the store, if it is still open, and removes the database. */
  close(): Promise<void>;
}

export async function openTestStore(
  options: { readonly clock?: { now(): number } } = {},
): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-test-'));
  const databaseUrl = `sqlite:${join(folder, 'throughline.db')}`;
  const store = await openStore({ databaseUrl, logger: silentLogger, ...options });
  return {
    store,
    databaseUrl,
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
