import { parentPort, workerData } from 'node:worker_threads';
import { createLogger, logLevels } from '../../platform/logger.js';
import { callHandler } from '../../client/worker/call-handler.js';
import { type JobHandler, JobInterruption } from '../job-handler.js';
import type { FromThread, ToThread } from './thread-message.js';

// The inside of a thread: one job after the other. Who made the thread ends it.
const handler = await handlerOf(String(workerData));
let controller = new AbortController();

parentPort?.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'job':
      return void answer(message);
    case 'abort':
      return controller.abort(new JobInterruption(message.why, message.message));
    default:
      message satisfies never;
  }
});
tell({ kind: 'ready' });

async function answer({ job, idempotencyKey, logLevel }: Extract<ToThread, { kind: 'job' }>): Promise<void> {
  controller = new AbortController();
  const level = logLevels.find((known) => known === logLevel) ?? 'info';
  const logger = createLogger({ level }, { write: (line) => tell({ kind: 'log', line }) });
  const { traceparent } = job;
  const trace = traceparent === undefined ? {} : { traceparent };
  const context = { signal: controller.signal, idempotencyKey, logger, ...trace };
  tell({ kind: 'answer', result: await callHandler(handler, job, context) });
}

function tell(message: FromThread): void {
  parentPort?.postMessage(message);
}

/** The server has read the file already, and has found that it exports a handler. */
async function handlerOf(url: string): Promise<JobHandler> {
  const module = (await import(url)) as { default: JobHandler | { readonly handler: JobHandler } };
  return typeof module.default === 'function' ? module.default : module.default.handler;
}
