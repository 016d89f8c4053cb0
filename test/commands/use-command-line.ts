import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'mocha';
import { useServer } from '../facade/use-server.js';
import { type Ended, type InProcessOptions, runInProcess } from '../support/run-in-process.js';
import type { TestServer } from '../support/server.js';

/** Runs `throughline` in this process, against a server with an empty database for each test. */
export interface CommandLine {
  readonly server: () => TestServer;
  /** To its end. */
  run(args: readonly string[], options?: InProcessOptions): Promise<Ended>;
  /** The JSON that it prints. @throws Error when it does not end with 0. */
  json(args: readonly string[], options?: InProcessOptions): Promise<Json>;
  /** Writes a file; answers its path. */
  file(name: string, content: string): Promise<string>;
}

/** What JSON of no known shape is read as. */
export type Json = { readonly [name: string]: Json } & readonly Json[] & string;

/** For each test of the suite. */
export function useCommandLine(): CommandLine {
  const server = useServer();
  let folder = '';
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'throughline-cli-'))));
  afterEach(() => rm(folder, { recursive: true }));
  const run = (args: readonly string[], options: InProcessOptions = {}): Promise<Ended> =>
    runInProcess(args, {
      now: server().clock.now(),
      ...options,
      env: { THROUGHLINE_URL: server().url, ...options.env },
    });
  return {
    server,
    run,
    async json(args, options) {
      const { code, stdout, stderr } = await run(args, options);
      if (code !== 0)
        throw new Error(`Expected ${args.join(' ')} to end with 0 but found ${code}: ${stderr}`);
      return JSON.parse(stdout) as Json;
    },
    async file(name, content) {
      const path = join(folder, name);
      await writeFile(path, content);
      return path;
    },
  };
}
