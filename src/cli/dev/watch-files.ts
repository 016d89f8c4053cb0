import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

/** Editors write in several steps; what comes within this time is one change. */
const settleMs = 100;

/**
 * Calls `changed` some time after any of the files was written, or replaced by another, as many editors do: it is the folders that are
 * watched. Answers how to end it. `failed` is told when a folder can no longer be watched.
 */
export function watchFiles(
  files: readonly string[],
  changed: () => void,
  failed: (error: Error) => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const settle = (): void => {
    clearTimeout(timer);
    timer = setTimeout(changed, settleMs);
  };
  const paths = files.map((file) => resolve(file));
  const watchers: FSWatcher[] = [];
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    const names = new Set(paths.filter((path) => dirname(path) === folder).map((path) => basename(path)));
    const watcher = watch(folder, (_event, name) => {
      // Some systems do not tell which file it was.
      if (name === null || names.has(name)) settle();
    });
    watcher.on('error', failed);
    watchers.push(watcher);
  }
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
