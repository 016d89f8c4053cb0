import type { Logger } from './platform/logger.js';

/**
 * On SIGTERM or SIGINT: stops, and ends the process with 0, or with 1 when that fails or takes a second longer than the grace.
 * A second signal ends it at once, with 1.
 */
export function stopOnSignal(stop: () => Promise<void>, graceMs: number, logger: Logger): void {
  let signals = 0;
  const stopNow = (signal: NodeJS.Signals): void => {
    if (++signals > 1) process.exit(1);
    logger.info({ signal }, 'stopping');
    // It keeps the process alive: without anything else to wait for, it would end before jobs are given back.
    setTimeout(() => {
      logger.error({ graceMs }, 'stopping took too long');
      process.exit(1);
    }, graceMs + 1_000);
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stopNow);
  process.on('SIGINT', stopNow);
}
