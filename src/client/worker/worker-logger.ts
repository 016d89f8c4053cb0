type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** Where a worker tells what happens; pino and the console are such loggers. */
export interface WorkerLogger {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

/** A logger that writes the fields with every entry. */
export function withFields(logger: WorkerLogger, fields: Readonly<Record<string, unknown>>): WorkerLogger {
  return {
    debug: (more, message) => logger.debug({ ...fields, ...more }, message),
    info: (more, message) => logger.info({ ...fields, ...more }, message),
    warn: (more, message) => logger.warn({ ...fields, ...more }, message),
    error: (more, message) => logger.error({ ...fields, ...more }, message),
  };
}
