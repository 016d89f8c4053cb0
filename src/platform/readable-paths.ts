import { accessSync, constants, opendirSync } from 'node:fs';
import { defaultProcessesDir } from './config-variables.js';

/** The variables that name what must be there when a program starts that reads it. */
export type PathVariable = 'PROCESSES_DIR' | 'HANDLERS_DIR' | 'CHANNELS_FILE';

/** One that cannot be read, and why. */
export interface UnreadablePath {
  readonly name: PathVariable;
  readonly expected: string;
  readonly found: string;
}

/** Which of these cannot be read, as the environment has them. What it does not have is not looked for, but for what has a default. */
export function unreadablePaths(
  present: ReadonlyMap<string, string>,
  names: readonly PathVariable[],
): readonly UnreadablePath[] {
  return names.flatMap((name) => {
    const path = present.get(name) ?? (name === 'PROCESSES_DIR' ? defaultProcessesDir : undefined);
    if (path === undefined) return [];
    try {
      if (name === 'CHANNELS_FILE') accessSync(path, constants.R_OK);
      else opendirSync(path).closeSync();
      return [];
    } catch (error) {
      const expected = `a ${name === 'CHANNELS_FILE' ? 'file' : 'folder'} that can be read`;
      const reason = error instanceof Error ? error.message : String(error);
      return [{ name, expected, found: `${JSON.stringify(path)} (${reason})` }];
    }
  });
}
