import { command, inWords } from './cli/command.js';
import { PortTaken } from './facade/start-server.js';
import { HandlersError } from './jobs/load-handlers.js';
import { loadConfig } from './platform/config.js';
import { createLogger } from './platform/logger.js';
import { serve } from './serve.js';
import { DatabaseInUse, NewerDatabase } from './store/open-store.js';
import { stopOnSignal } from './stop-on-signal.js';
import { welcome } from './welcome.js';

/** Starts the server from the environment, and stops it on SIGTERM or SIGINT. */
export const serveCommand = command({
  summary: 'run the server (the default)',
  usage: ['[serve]'],
  about: `Runs the server until SIGTERM or SIGINT; a second signal ends it at once.
Everything is set by environment variables: see docs/configuration.md.`,
  options: {},
  words: { min: 0, max: 0, expected: 'nothing else' },
  examples: ['throughline serve', 'PORT=8081 throughline serve'],
  async run(_given, { env, output }) {
    const config = loadConfig(env, ['PROCESSES_DIR', 'HANDLERS_DIR', 'CHANNELS_FILE']);
    const logger = createLogger({
      level: config.logLevel,
      redactedVariables: config.redactedVariables,
    });
    for (const warning of config.warnings) logger.warn(warning);
    const served = await inWords(
      () => serve(config, logger),
      [PortTaken, DatabaseInUse, NewerDatabase, HandlersError],
    );
    stopOnSignal(() => served.stop(), config.shutdownGraceMs, logger);
    if (output.isTerminal) output.write(welcome(served.url, config));
    // Among lines of JSON one more, at any level: whoever started the server waits for it.
    else
      createLogger({ level: 'info' }, output).info(
        { url: served.url },
        `Throughline is ready: ${served.url}`,
      );
  },
});
