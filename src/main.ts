#!/usr/bin/env node
import { ConfigError, loadConfig } from './platform/config.js';
import { createLogger } from './platform/logger.js';
import type { Served } from './serve.js';
import { serve } from './serve.js';
import { welcome } from './welcome.js';

/** Starts the server from the environment, and stops it on SIGTERM or SIGINT; a second signal ends it at once. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger({ level: config.logLevel });
  for (const warning of config.warnings) logger.warn(warning);
  const served = await serve(config, logger);
  stopOnSignal(served, config.shutdownGraceMs, logger);
  process.stdout.write(welcome(served.url, config));
}

function stopOnSignal(served: Served, graceMs: number, logger: ReturnType<typeof createLogger>): void {
  let signals = 0;
  const stop = (signal: NodeJS.Signals): void => {
    if (++signals > 1) process.exit(1);
    logger.info({ signal }, 'stopping');
    const overdue = setTimeout(() => {
      logger.error({ graceMs }, 'stopping took too long');
      process.exit(1);
    }, graceMs + 1_000);
    overdue.unref();
    served.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  const isOurs = error instanceof ConfigError || !(error instanceof Error);
  process.stderr.write(
    `${isOurs ? String(error instanceof Error ? error.message : error) : (error.stack ?? error.message)}\n`,
  );
  process.exit(1);
});
