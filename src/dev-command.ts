import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from './client/create-client.js';
import { command, inWords } from './cli/command.js';
import { type DevOptions, runDev } from './cli/dev/run-dev.js';
import { typedVerbs } from './cli/dev/typed-line.js';
import { readModels } from './cli/models.js';
import { clientOf, serverOptions } from './cli/server.js';
import type { Terminal } from './cli/terminal.js';
import { variableOptions, variablesOf } from './cli/variables.js';
import { HandlersError } from './jobs/load-handlers.js';
import { loadConfig } from './platform/config.js';
import { createLogger } from './platform/logger.js';
import { serve } from './serve.js';
import { PortTaken } from './facade/start-server.js';

/** Develops a model: deploys it on save, starts an instance, and shows it step by step. */
export const devCommand = command({
  summary: 'deploy models on save, start an instance, and show it step by step',
  usage: ['dev FILE… [--process PROCESS] [--var NAME=VALUE]… [--server URL]'],
  about: `Starts a server of its own, on a free port and an empty database that is removed at the end, with the variables of
"throughline serve" for all else (HANDLERS_DIR and BACKEND_URL among them). With --server it uses one that runs; THROUGHLINE_URL is not
read, so that nothing is deployed to a server by mistake.

Whenever a file is saved, all are deployed; when they have changed, the instance is canceled and another started. What is wrong with a
model is told, and the next save waited for. On a terminal lines can be typed:

${Object.values(typedVerbs)
  .map((line) => `  ${line}`)
  .join('\n')}

It ends by Ctrl-C.`,
  options: {
    process: {
      type: 'string',
      value: 'PROCESS',
      about: 'the process to start; default the first of the first FILE',
    },
    key: { type: 'string', value: 'BUSINESS_KEY', about: 'of the instances' },
    ...variableOptions,
    ...serverOptions,
    server: { type: 'string', value: 'URL', about: 'a server that runs; default one of its own' },
  },
  words: { min: 1, max: 100, expected: 'one FILE or more', areFiles: true },
  examples: [
    'throughline dev order.bpmn --var amount=120',
    'throughline dev order.bpmn discount.dmn --variables @order.json',
  ],
  async run({ values, words: files }, terminal) {
    const variables = await variablesOf(values, terminal);
    await readModels(files);
    const interrupted = new AbortController();
    // A second Ctrl-C ends the process at once.
    const noInterrupt = terminal.onInterrupt(() => {
      noInterrupt();
      interrupted.abort();
    });
    try {
      await develop(
        { files, ...(variables === undefined ? {} : { variables }) },
        values,
        interrupted.signal,
        terminal,
      );
    } finally {
      noInterrupt();
    }
  },
});

async function develop(
  models: Pick<DevOptions, 'files' | 'variables'>,
  values: {
    readonly process?: string;
    readonly key?: string;
    readonly server?: string;
    readonly tenant?: string;
  },
  signal: AbortSignal,
  terminal: Terminal,
): Promise<void> {
  const { process: bpmnProcessId, key, server } = values;
  const options = {
    ...models,
    ...(bpmnProcessId === undefined ? {} : { process: bpmnProcessId }),
    ...(key === undefined ? {} : { businessKey: key }),
    signal,
  };
  if (server !== undefined) {
    return runDev({ ...options, client: clientOf(values, terminal.env), isAlone: false }, terminal);
  }
  const own = await ownServer(terminal);
  try {
    terminal.output.write(`server: ${own.url} (in a browser too; gone at the end)\n`);
    await runDev({ ...options, client: own.client, isAlone: true }, terminal);
  } finally {
    await own.stop();
  }
}

/** A server for this machine alone whose data goes with it. */
async function ownServer({
  env,
  errors,
}: Terminal): Promise<{ readonly url: string; readonly client: Client; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-dev-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const processes = join(folder, 'processes');
    await mkdir(processes);
    const config = loadConfig(
      {
        ...env,
        HOST: '127.0.0.1',
        PORT: '0',
        NODE_ENV: 'development',
        DATABASE_URL: `sqlite:${join(folder, 'dev.db')}`,
        PROCESSES_DIR: processes,
        // Queues are shared with others; theirs and ours must not meet.
        REDIS_URL: undefined,
        QUEUE: undefined,
        JOBS_IN_SERVER: 'true',
        LOG_LEVEL: env['LOG_LEVEL'] ?? 'error',
      },
      ['HANDLERS_DIR', 'CHANNELS_FILE'],
    );
    const logger = createLogger(
      { level: config.logLevel, redactedVariables: config.redactedVariables },
      { write: (line) => errors.write(line) },
    );
    const served = await inWords(() => serve(config, logger), [PortTaken, HandlersError]);
    const { apiKey } = config;
    return {
      url: served.url,
      client: createClient({ baseUrl: served.url, ...(apiKey === undefined ? {} : { apiKey }) }),
      async stop() {
        await served.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
