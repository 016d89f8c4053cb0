import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What the test command has built; undefined where there is no build. It starts in half the time of the sources. */
const built = process.env['TEST_PROGRAM'];

/**
 * The arguments of Node that run `throughline`: what has been built, or the sources where there is no build.
 * @param preload paths of modules that are loaded before it: JavaScript, since what is built brings no compiler
 */
export function programArguments(preload: readonly string[] = []): readonly string[] {
  const imports = preload.flatMap((path) => ['--import', pathToFileURL(path).href]);
  return built === undefined ? ['--import', 'tsx', ...imports, 'src/main.ts'] : [...imports, built];
}

/** The URL of the program's own module of failpoints. */
export const failpointsModule: string = pathToFileURL(
  built === undefined
    ? resolve(import.meta.dirname, '../../src/platform/failpoints.ts')
    : join(dirname(resolve(built)), 'platform/failpoints.js'),
).href;
