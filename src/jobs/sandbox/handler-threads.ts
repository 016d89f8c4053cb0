import { Worker } from 'node:worker_threads';
import type { Logger } from '../../platform/logger.js';
import { type JobHandler, JobInterruption, type JobResult } from '../job-handler.js';
import { type FromThread, isFromThread, type ToThread } from './thread-message.js';

/** Of each thread; one that wants more is ended, and its attempt has failed. */
const memoryMb = 512;

const isBuilt = import.meta.url.endsWith('.js');
const threadFile = new URL(`./handler-thread.${isBuilt ? 'js' : 'ts'}`, import.meta.url);
/** Where the sources run, in development and tests, a thread has to be told by itself how to read TypeScript. */
const threadOfSources = `import('tsx/esm/api').then(({ tsImport }) => tsImport('${threadFile.href}', '${import.meta.url}'))`;

/** A handler that runs in threads of its own, which are ended when its time is over, whatever it does. */
export interface SandboxedHandler {
  readonly handler: JobHandler;
  /** Ends all threads. */
  close(): Promise<void>;
}

/**
 * Runs the handler of a file in threads, one job at a time in each; threads are made when they are needed and kept. Whoever calls
 * bounds how many jobs there are at once.
 * @param url of the file, whose default export is a handler or has one.
 */
export function sandboxHandler(url: string): SandboxedHandler {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const forget = (thread: Worker): void => {
    all.delete(thread);
    if (idle.includes(thread)) idle.splice(idle.indexOf(thread), 1);
  };
  const end = async (thread: Worker): Promise<void> => {
    forget(thread);
    await thread.terminate();
  };
  const start = (): Worker => {
    const thread = new Worker(isBuilt ? threadFile : threadOfSources, {
      eval: !isBuilt,
      workerData: url,
      name: 'handler',
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    all.add(thread);
    thread.unref();
    // One that dies while nobody waits for it is not used again, and must not end the server.
    thread.on('error', () => forget(thread)).on('exit', () => forget(thread));
    return thread;
  };
  return {
    async handler(job, { signal, idempotencyKey, logger }) {
      const isNew = idle.length === 0;
      const thread = idle.pop() ?? start();
      const message: ToThread = { kind: 'job', job, idempotencyKey, logLevel: logger.level };
      try {
        const result = await answerOf(thread, message, isNew, signal, logger);
        if (all.has(thread)) idle.push(thread);
        return result;
      } catch (error) {
        await end(thread);
        throw error;
      }
    },
    async close() {
      await Promise.all([...all].map(end));
    },
  };
}

/** The answer of a thread. Rejects when the thread dies, or when the signal says that nobody waits any more. */
function answerOf(
  thread: Worker,
  message: ToThread,
  isNew: boolean,
  signal: AbortSignal,
  logger: Logger,
): Promise<JobResult> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      thread.off('message', heard).off('error', broken).off('exit', ended);
      signal.removeEventListener('abort', aborted);
      act();
    };
    const heard = (told: unknown): void => {
      if (!isFromThread(told)) return;
      if (told.kind === 'ready') send();
      else if (told.kind === 'log') writeLog(logger, told);
      else settle(() => resolve(told.result));
    };
    const broken = (error: Error): void => settle(() => reject(error));
    const ended = (): void => broken(new Error('The thread that ran the handler has ended.'));
    const aborted = (): void => {
      const reason: unknown = signal.reason;
      const interruption =
        reason instanceof JobInterruption ? reason : new JobInterruption('stopping', String(reason));
      const { why } = interruption;
      // A server that stops lets it come to an end; else its time is over.
      if (why === 'stopping') thread.postMessage({ kind: 'abort', why, message: interruption.message });
      else broken(interruption);
    };
    // In this order, or the thread does not know yet what is aborted.
    const send = (): void => {
      thread.postMessage(message);
      if (signal.aborted) aborted();
    };
    thread.on('message', heard).on('error', broken).on('exit', ended);
    signal.addEventListener('abort', aborted);
    if (!isNew) send();
  });
}

function writeLog(logger: Logger, { line }: Extract<FromThread, { kind: 'log' }>): void {
  const { level, time: _time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const text = typeof msg === 'string' ? msg : '';
  switch (level) {
    case 'fatal':
    case 'error':
    case 'warn':
    case 'info':
    case 'debug':
    case 'trace':
      return logger[level](fields, text);
    default:
      return logger.info(fields, text);
  }
}
