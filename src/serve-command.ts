import { type Command, inWords, parseArguments } from './command.js';
import { PortTaken } from './facade/start-server.js';
import { loadConfig } from './platform/config.js';
import { createLogger } from './platform/logger.js';
import { serve } from './serve.js';
import { DatabaseInUse, NewerDatabase } from './store/open-store.js';
import { stopOnSignal } from './stop-on-signal.js';
import { welcome } from './welcome.js';

/** Starts the server from the environment, and stops it on SIGTERM or SIGINT. */
export const serveCommand: Command = {
  summary: 'run the server (the default)',
  help: `Usage: throughline [serve]

Runs the server until SIGTERM or SIGINT; a second signal ends it at once.
Everything is set by environment variables: see docs/configuration.md.
`,
  async run(args) {
    parseArguments(args, {});
    const config = loadConfig(process.env);
    const logger = createLogger({
      level: config.logLevel,
      redactedVariables: config.redactedVariables,
    });
    for (const warning of config.warnings) logger.warn(warning);
    const served = await inWords(() => serve(config, logger), [PortTaken, DatabaseInUse, NewerDatabase]);
    stopOnSignal(() => served.stop(), config.shutdownGraceMs, logger);
    process.stdout.write(welcome(served.url, config));
  },
};
